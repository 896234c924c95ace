package io.sluice.routing.embedded.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a fresh database on a primary with replicas, as a {@link TestDatabase} in its fields and parameters.
 *
 * <p>The cluster is one for all classes of the JVM: it is started by the first that needs it and stopped in the end. A
 * test that breaks servers asks for its {@link #ownCluster()}. Nested classes use the database of the outer one.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(PostgresExtension.class)
public @interface PostgresTest {

    /** How many replicas the class wants to see, 2 by default. */
    int replicas() default 2;

    /** A cluster for this class alone, which it may break; stopped after the class. */
    boolean ownCluster() default false;

    /** With {@link #ownCluster()}: nodes behind relays, so that their network can be cut. */
    boolean relays() default false;

    /** With {@link #ownCluster()}: settings of PostgreSQL as {@code name=value}. */
    String[] settings() default {};
}
