package io.sluice.routing.examples;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.Routing;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.examples.Notes.Saved;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/**
 * Each example of the README as somebody's application, on a primary with two replicas. The servers themselves say where
 * a statement ran: a row is stamped with the port of the server that wrote it and of the one that reads it.
 */
@PostgresTest(ownCluster = true)
class NotesIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static TestDatabase database;
    private static RoutingConnectionFactory db;

    private final List<AutoCloseable> opened = new ArrayList<>();

    enum Application {
        REACTOR,
        SPRING_DATA,
        JOOQ
    }

    @BeforeAll
    static void open() {
        database.execute("""
                CREATE TABLE note_rows (
                    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    text text NOT NULL CHECK (text <> ''),
                    written_on int NOT NULL DEFAULT inet_server_port());
                CREATE VIEW notes AS
                    SELECT id, text, written_on, inet_server_port() AS read_on FROM note_rows
                """);
        database.awaitReplicas();
        RoutingConnectionFactoryBuilder builder = RoutingConnectionFactory.builder();
        database.nodes().forEach(builder::node);
        db = builder.build();
        eventually("all nodes are up", () -> db.state().nodes().stream()
                .allMatch(node -> node.state().usable()));
    }

    @AfterEach
    void close() throws Exception {
        database.cluster().replicas().forEach(ClusterNode::resumeReplay);
        for (AutoCloseable application : opened) {
            application.close();
        }
        eventually("every connection is given back", () -> db.state().nodes().stream()
                .allMatch(node -> node.pool().acquired() == 0));
    }

    @AfterAll
    static void closeAll() {
        db.close().block(LIMIT);
    }

    private Notes notes(Application application) {
        return switch (application) {
            case REACTOR -> new ReactorNotes(db);
            case SPRING_DATA -> springDataNotes();
            case JOOQ -> new JooqNotes(db);
        };
    }

    private Notes springDataNotes() {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        opened.add(context);
        context.registerBean(RoutingConnectionFactory.class, () -> db);
        context.register(SpringDataNotes.Config.class);
        context.refresh();
        return context.getBean(Notes.class);
    }

    @ParameterizedTest
    @EnumSource
    void writesRunOnThePrimaryAndReadsOnTheReplicas(Application application) {
        Notes notes = notes(application);
        Saved saved = notes.save(List.of("one", "two")).block(LIMIT);
        database.awaitReplicas();

        List<Note> read = Flux.range(0, 30)
                .concatMap(round -> notes.latest().take(2))
                .collectList()
                .block(LIMIT);

        assertThat(saved.ids()).hasSize(2);
        assertThat(read).hasSize(60).allSatisfy(note -> {
            assertThat(saved.ids()).contains(note.id());
            assertThat(note.writtenOn()).isEqualTo(primary());
            assertThat(replicas()).contains(note.readOn());
        });
    }

    @ParameterizedTest
    @EnumSource
    void aTokenLeadsToTheReplicaThatHasTheWriteAndElseToThePrimary(Application application) {
        Notes notes = notes(application);
        Saved before = notes.save(List.of("replayed")).block(LIMIT);
        database.awaitReplicas();
        eventually("the router knows that it is replayed", () -> replicas()
                .contains(notes.find(before.ids().get(0))
                        .contextWrite(Routing.token(before.token()))
                        .block(LIMIT)
                        .readOn()));

        database.cluster().replicas().forEach(ClusterNode::pauseReplay);
        Saved after = notes.save(List.of("not replayed")).block(LIMIT);
        notes.find(after.ids().get(0))
                .map(Note::readOn)
                .contextWrite(Routing.token(after.token()))
                .as(StepVerifier::create)
                .expectNext(primary())
                .expectComplete()
                .verify(LIMIT);
        notes.latest()
                .map(Note::id)
                .collectList()
                .as(StepVerifier::create)
                .assertNext(ids -> assertThat(ids)
                        .as("without a token a read shows what a replica has")
                        .contains(before.ids().get(0))
                        .doesNotContain(after.ids().get(0)))
                .expectComplete()
                .verify(LIMIT);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSavedTogetherIsSavedAsOneOrNotAtAll(Application application) {
        Notes notes = notes(application);
        String before = database.value("SELECT count(*) FROM notes");

        notes.save(List.of("good", ""))
                .as(StepVerifier::create)
                .expectErrorMatches(error -> String.valueOf(error.getMessage()).contains("note_rows_text_check"))
                .verify(LIMIT);

        assertThat(database.value("SELECT count(*) FROM notes")).isEqualTo(before);
    }

    private int primary() {
        return database.primary().port();
    }

    private Set<Integer> replicas() {
        return database.replicas().stream().map(NodeAddress::port).collect(Collectors.toSet());
    }
}
