package io.sluice.loadtests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.sluice.loadtests")
class ArchitectureTests {

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.sluice.loadtests.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingOfTheGatewayIsOnTheClassPath = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.sluice.routing..", "io.sluice.transactions..", "io.sluice.gateway..");

    @ArchTest
    static final ArchRule loadTestsSpeakHttpOnly = noClasses()
            .that()
            .resideOutsideOfPackage("..patterns..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.r2dbc..", "java.sql..", "com.zaxxer..");

    @ArchTest
    static final ArchRule checksAndDataDoNotKnowGatling = noClasses()
            .that()
            .resideInAnyPackage("..checks..", "..data..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.gatling..");
}
