package io.sluice.routing.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.routing.WireColumn;
import io.sluice.routing.wire.WireAnswer;
import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireRow;
import io.sluice.routing.wire.WireStatement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a batch in the place of a statement of the driver's, and takes what the server says to it but for errors, notices
 * and the end. So the driver conducts the conversation as it would that of a statement without results.
 */
final class BatchTaker implements Taker {

    /** What the driver sends; where nothing takes its place it does nothing. */
    static final String STANDS_FOR_A_BATCH = "-- a batch of sluice";

    private static final byte[] PLACEHOLDER = BatchMessages.query(STANDS_FOR_A_BATCH);
    private static final String NOT_SENT =
            "the batch was not sent: the connection is not on an event loop of the router,"
                    + " which the option 'loops' chooses and the driver's loopResources must leave alone";
    private static final byte PARSED = '1';
    private static final byte BOUND = '2';
    private static final byte PARAMETERS = 't';
    private static final byte COLUMNS = 'T';
    private static final byte NO_COLUMNS = 'n';
    private static final byte ROW = 'D';
    private static final byte EXECUTED = 'C';
    private static final byte NOTHING_TO_EXECUTE = 'I';
    private static final byte ERROR = 'E';

    /** Fields of errors that say that what was prepared is not to be relied on: by SQLSTATE, the last by where it comes from. */
    private static final Set<String> LOST = Set.of("C26000", "C42P05", "RRevalidateCachedQuery");

    private final WireBatch batch;
    private final WireAnswer answer;
    private final Prepared prepared;
    private final Watch<?> watch;

    /** The statements that are being prepared, each with the step that it is prepared for. */
    private final Queue<Integer> described = new ArrayDeque<>(4);

    /** Those of them that get a name. */
    private final Set<WireStatement> prepares = new HashSet<>(4);

    /** The columns' names of each step, where they are known. */
    private final Map<Integer, List<String>> columns = new HashMap<>();

    private int step;

    /** Stands for the rows of {@link #step}, from its first one on. */
    private @Nullable WireRow row;

    private boolean sent;
    private @Nullable Throwable failure;

    BatchTaker(WireBatch batch, WireAnswer answer, Prepared prepared, Watch<?> watch) {
        this.batch = batch;
        this.answer = answer;
        this.prepared = prepared;
        this.watch = watch;
    }

    /** What went wrong here and not at the server. */
    @Nullable
    Throwable failure() {
        return sent || failure != null ? failure : new IllegalStateException(NOT_SENT);
    }

    @Override
    public ByteBuf outgoing(ByteBuf messages, ByteBufAllocator allocator) {
        if (sent || !BatchMessages.isWhole(messages, PLACEHOLDER)) {
            return messages;
        }
        BatchMessages out = new BatchMessages(allocator);
        try {
            encode(out);
        } catch (RuntimeException thrown) {
            failure = thrown;
            out.release();
            return messages;
        }
        sent = true;
        messages.release();
        return out.buffer();
    }

    private void encode(BatchMessages out) {
        List<WireBatch.Step> steps = batch.steps();
        for (int i = 0; i < steps.size(); i++) {
            WireStatement statement = steps.get(i).statement();
            List<String> known = prepared.columnsOf(statement);
            String name = statement.name();
            if (known != null) {
                columns.put(i, known);
            } else if (!prepares.contains(statement)) {
                boolean named = prepared.hasRoom(prepares.size()) && prepares.add(statement);
                name = named ? name : "";
                described.add(i);
                out.prepare(name, statement);
            }
            out.execute(name, steps.get(i).values());
        }
        out.sync();
    }

    @Override
    public boolean looksAt(byte type) {
        return type == ERROR || keeps(type);
    }

    @Override
    public boolean keeps(byte type) {
        return switch (type) {
            case PARSED, BOUND, PARAMETERS, COLUMNS, NO_COLUMNS, ROW, EXECUTED, NOTHING_TO_EXECUTE -> true;
            default -> false;
        };
    }

    @Override
    public void take(byte[] bytes, int at, int from, int to) {
        watch.answered();
        if (!sent) {
            return;
        }
        try {
            switch (bytes[at]) {
                case COLUMNS -> described(RowDescription.columns(bytes, from));
                case NO_COLUMNS -> described(List.of());
                case ROW -> answer.row(step, row().at(bytes, from));
                case EXECUTED, NOTHING_TO_EXECUTE -> executed();
                case ERROR -> error(new String(bytes, from, to - from, StandardCharsets.UTF_8));
                default -> {}
            }
        } catch (RuntimeException thrown) {
            failure = failure == null ? thrown : failure;
        }
    }

    private void described(List<WireColumn> announced) {
        int of = described.remove();
        WireStatement statement = batch.steps().get(of).statement();
        List<String> names = announced.stream().map(WireColumn::name).toList();
        columns.put(of, names);
        if (prepares.contains(statement)) {
            prepared.add(statement, names);
        }
    }

    private WireRow row() {
        WireRow current = row;
        if (current == null) {
            current = new WireRow(columnsOfStep());
            row = current;
        }
        return current;
    }

    private List<String> columnsOfStep() {
        List<String> names = columns.get(step);
        List<String> known =
                names == null ? prepared.columnsOf(batch.steps().get(step).statement()) : names;
        if (known == null) {
            throw new IllegalStateException("rows that nobody has described");
        }
        return known;
    }

    private void executed() {
        row = null;
        answer.executed(step++);
    }

    /** Fields, each of a letter and a text that ends with a zero. */
    private void error(String fields) {
        if (Arrays.stream(fields.split("\0", -1)).anyMatch(LOST::contains)) {
            prepared.lost();
        }
    }

    @Override
    public void arrived() {}
}
