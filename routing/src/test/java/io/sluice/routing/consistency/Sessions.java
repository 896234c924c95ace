package io.sluice.routing.consistency;

import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.consistency.Session.Habits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Sessions at work on the same registers, until closed. They go on through errors. */
final class Sessions implements AutoCloseable {

    private final RoutingConnectionFactory factory;
    private final List<Register> registers;
    private final long seed;
    private final List<Session> sessions = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final Set<String> failures = ConcurrentHashMap.newKeySet();
    private final Disposable.Composite running = Disposables.composite();

    /** The rows of table {@code registers (id int, value bigint)} from 0 on, all of value 0. */
    Sessions(RoutingConnectionFactory factory, int registers, long seed) {
        this.factory = factory;
        this.registers = Stream.generate(Register::new).limit(registers).toList();
        this.seed = seed;
    }

    Sessions start(int count, Habits habits) {
        List<Session> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = sessions.size() + i;
            added.add(new Session("session " + number, this, habits, registers, new Random(seed + number)));
        }
        sessions.addAll(added);
        for (Session session : added) {
            running.add(session.requests()
                    .subscribe(done -> {}, error -> violated("the sessions themselves failed: " + error)));
        }
        return this;
    }

    RoutingConnectionFactory factory() {
        return factory;
    }

    Session any(Random random) {
        return sessions.get(random.nextInt(sessions.size()));
    }

    void violated(String what) {
        violations.add(what);
    }

    void failed(Throwable error) {
        failures.add(error.getClass().getSimpleName() + ": " + error.getMessage());
    }

    /** What was read although it must not have been. */
    List<String> violations() {
        return violations;
    }

    /** What kinds of errors requests ended with. */
    Set<String> failures() {
        return failures;
    }

    long succeeded() {
        return sessions.stream().mapToLong(Session::succeeded).sum();
    }

    /** How many requests each session has got through by now. */
    List<Long> progress() {
        return sessions.stream().map(Session::succeeded).toList();
    }

    /** Whether each has got through {@code requests} more since. */
    boolean allMovedBy(int requests, List<Long> since) {
        List<Long> now = progress();
        for (int i = 0; i < since.size(); i++) {
            if (now.get(i) < since.get(i) + requests) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        running.dispose();
    }
}
