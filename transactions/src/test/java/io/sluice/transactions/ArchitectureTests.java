package io.sluice.transactions;

import static io.sluice.routing.testing.ArchitectureRules.mainClasses;
import static io.sluice.routing.testing.ArchitectureRules.nothingBlocks;
import static io.sluice.routing.testing.ArchitectureRules.nothingDependsOn;
import static io.sluice.routing.testing.ArchitectureRules.nothingSubscribesBarely;
import static io.sluice.routing.testing.ArchitectureRules.packagesAreFreeOfCycles;
import static io.sluice.routing.testing.ArchitectureRules.testClasses;
import static io.sluice.routing.testing.ArchitectureRules.testsHaveANameThatRuns;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

class ArchitectureTests {

    private static final String BASE = "io.sluice.transactions";
    private final JavaClasses main = mainClasses(BASE);

    @Test
    void packagesAreFreeOfCyclicDependencies() {
        packagesAreFreeOfCycles(BASE).check(main);
    }

    @Test
    void modulesDependOneWay() {
        nothingDependsOn(BASE, "io.sluice.gateway..").check(main);
    }

    @Test
    void nothingBlocksTheEventLoop() {
        nothingBlocks().check(main);
    }

    @Test
    void everySubscriptionHearsItsErrors() {
        nothingSubscribesBarely().check(main);
    }

    @Test
    void everyTestClassIsRunByTheBuild() {
        testsHaveANameThatRuns().check(testClasses(BASE));
    }
}
