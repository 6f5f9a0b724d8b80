package io.unitcost.grpc;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The hooks know the account, usage and gRPC's API; protobuf is known to few classes, and gRPC works without it. */
class ArchitectureTest {

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.unitcost.grpc");

    @Test
    void knowsTheAccountUsageAndGrpcOnly() {
        assertThat(MODULE).hasSizeGreaterThan(10);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..",
                        "org.jspecify..",
                        "io.grpc",
                        "com.google.protobuf",
                        "com.github.benmanes.caffeine.cache",
                        "io.unitcost",
                        "io.unitcost.grpc",
                        "io.unitcost.price",
                        "io.unitcost.usage")
                .check(MODULE);
    }

    @Test
    void protobufIsKnownToItsOwnClassesOnly() {
        noClasses()
                .that(DescribedPredicate.not(
                        simpleNameStartingWith("Protobuf").or(new DescribedPredicate<>("classes within those") {
                            @Override
                            public boolean test(JavaClass type) {
                                return type.getEnclosingClass()
                                        .filter(outer -> outer.getSimpleName().startsWith("Protobuf"))
                                        .isPresent();
                            }
                        })))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.protobuf")
                .check(MODULE);
    }

    @Test
    void showsTheHooksAndHowUsageIsRead() {
        assertThat(MODULE.stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(type -> type.getEnclosingClass().isEmpty())
                        .map(JavaClass::getSimpleName))
                .containsExactlyInAnyOrder("GrpcCosts", "GrpcUsage", "ServedCall");
    }
}
