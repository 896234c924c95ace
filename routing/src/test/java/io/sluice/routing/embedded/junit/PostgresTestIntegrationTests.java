package io.sluice.routing.embedded.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.embedded.ClusterNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("containers")
@PostgresTest(replicas = 2)
class PostgresTestIntegrationTests {

    private static @Nullable TestDatabase ofTheClass;
    private @Nullable TestDatabase ofTheInstance;

    @Test
    void theDatabaseIsTheSameInFieldsAndParameters(TestDatabase database) {
        assertThat(ofTheClass).isSameAs(database);
        assertThat(ofTheInstance).isSameAs(database);
        assertThat(database.name()).startsWith("postgres_test_integration_tests_");
        assertThat(database.value("SELECT current_database()")).isEqualTo(database.name());
        assertThat(database.primary().database()).isEqualTo(database.name());
    }

    @Test
    void everyReplicaHasWhatThePrimaryWrote(TestDatabase database) {
        database.execute("CREATE TABLE written (n int, t text); INSERT INTO written VALUES (1, 'one'), (2, NULL)");
        database.awaitReplicas();
        assertThat(database.replicas()).hasSize(2);
        for (ClusterNode node : database.cluster().nodes()) {
            assertThat(database.query(node, "SELECT n, t FROM written ORDER BY n"))
                    .containsExactly(List.of("1", "one"), java.util.Arrays.asList("2", null));
        }
    }

    @Nested
    class InANestedClass {

        @Test
        void itIsTheDatabaseOfTheOuterClass(TestDatabase database) {
            assertThat(database).isSameAs(ofTheClass);
        }
    }
}
