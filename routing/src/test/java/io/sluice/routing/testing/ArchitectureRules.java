package io.sluice.routing.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** The rules that every module's {@code ArchitectureTests} checks. */
public final class ArchitectureRules {

    private static final Set<String> BLOCKING =
            Set.of("block", "blockFirst", "blockLast", "blockOptional", "toIterable", "toStream");

    private ArchitectureRules() {}

    public static JavaClasses mainClasses(String basePackage) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
                .importPackages(basePackage);
    }

    public static JavaClasses testClasses(String basePackage) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages(basePackage);
    }

    public static ArchRule packagesAreFreeOfCycles(String basePackage) {
        return slices().matching(basePackage + ".(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true);
    }

    /** Modules depend one way, also where a test-jar or a split package would let them look back. */
    public static ArchRule nothingDependsOn(String basePackage, String... laterModules) {
        return noClasses()
                .that()
                .resideInAPackage(basePackage + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(laterModules)
                .because("gateway -> transactions -> routing, never back");
    }

    public static ArchRule nothingBlocks() {
        return noClasses()
                .should()
                .accessTargetWhere(accesses("a blocking operator of Reactor", BLOCKING))
                .because("a blocked event loop stops every other request; bridge with Mono.fromCallable"
                        + "(..).subscribeOn(boundedElastic()) at the source instead");
    }

    /** {@code subscribe()} without an error consumer loses errors; with one it is a deliberate root of a chain. */
    public static ArchRule nothingSubscribesBarely() {
        return noClasses()
                .should()
                .accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("subscribe() without an error consumer") {
                    @Override
                    public boolean test(JavaAccess<?> call) {
                        return call.getName().equals("subscribe")
                                && isReactorPublisher(call.getTargetOwner())
                                && call.getTarget() instanceof CodeUnitAccessTarget target
                                && target.getRawParameterTypes().size() < 2
                                && target.getRawParameterTypes().stream()
                                        .noneMatch(type -> type.isAssignableTo("org.reactivestreams.Subscriber"));
                    }
                })
                .because("an error must have somebody to hear it");
    }

    /** Surefire and failsafe choose by name, so that a test with another name would silently never run. */
    public static ArchRule testsHaveANameThatRuns() {
        return methods()
                .that()
                .areMetaAnnotatedWith("org.junit.platform.commons.annotation.Testable")
                .should()
                .beDeclaredInClassesThat(
                        new DescribedPredicate<>("are (nested in) *Tests, *IntegrationTests, *TestKit or *Contract") {
                            @Override
                            public boolean test(JavaClass type) {
                                JavaClass outer = type;
                                while (outer.getEnclosingClass().isPresent()) {
                                    outer = outer.getEnclosingClass().get();
                                }
                                return outer.getSimpleName().matches(".*(Tests|TestKit|Contract)");
                            }
                        })
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaAccess<?>> accesses(String description, Set<String> names) {
        return new DescribedPredicate<>(description) {
            @Override
            public boolean test(JavaAccess<?> call) {
                return names.contains(call.getName()) && isReactorPublisher(call.getTargetOwner());
            }
        };
    }

    private static boolean isReactorPublisher(JavaClass type) {
        return type.isAssignableTo("reactor.core.publisher.Mono") || type.isAssignableTo("reactor.core.publisher.Flux");
    }
}
