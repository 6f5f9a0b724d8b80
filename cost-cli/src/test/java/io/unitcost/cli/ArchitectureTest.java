package io.unitcost.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** The command knows prices, usage, picocli and JSON, and has one door. */
class ArchitectureTest {

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.unitcost.cli");

    @Test
    void knowsTheCorePicocliAndJsonOnly() {
        assertThat(MODULE).hasSizeGreaterThan(20);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..",
                        "javax.xml.stream..",
                        "org.jspecify..",
                        "picocli..",
                        "tools.jackson.core..",
                        "io.unitcost",
                        "io.unitcost.price",
                        "io.unitcost.usage",
                        "io.unitcost.ledger",
                        "io.unitcost.explain",
                        "io.unitcost.gate",
                        "io.unitcost.slo",
                        "io.unitcost.cli..")
                .check(MODULE);
    }

    @Test
    void hasOneDoor() {
        assertThat(MODULE.stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass())
                        .filter(type -> !type.getPackageName().equals("io.unitcost.cli.shell"))
                        .filter(type -> !type.isAnnotatedWith(Command.class)))
                .isEmpty();
        assertThat(MODULE.stream()
                        .filter(type ->
                                type.tryGetMethod("main", String[].class).isPresent())
                        .map(JavaClass::getSimpleName))
                .containsExactly("Main");
    }

    @Test
    void commandsDoNotKnowEachOther() {
        slices().matching("io.unitcost.cli.(*)..")
                .namingSlices("$1")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(DescribedPredicate.alwaysTrue(), resideInAPackage("io.unitcost.cli.shell"))
                .check(MODULE);
    }

    @Test
    void everyCommandIsRegistered() {
        assertThat(MODULE.stream()
                        .filter(type -> type.isAnnotatedWith(Command.class)
                                && type.isTopLevelClass()
                                && !type.isEquivalentTo(Main.class))
                        .map(JavaClass::getSimpleName))
                .hasSizeGreaterThan(5)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Main.class.getAnnotation(Command.class).subcommands())
                                .map(Class::getSimpleName)
                                .toList());
    }

    @Test
    void isNullMarked() {
        assertThat(MODULE.stream().map(JavaClass::getPackage).distinct())
                .allMatch(room -> room.isAnnotatedWith(NullMarked.class));
    }
}
