package io.unitcost.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

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
                        "org.jspecify..",
                        "picocli..",
                        "tools.jackson.core..",
                        "io.unitcost",
                        "io.unitcost.price",
                        "io.unitcost.usage",
                        "io.unitcost.cli")
                .check(MODULE);
    }

    @Test
    void showsOneType() {
        assertThat(MODULE.stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass())
                        .map(JavaClass::getSimpleName))
                .containsExactly("Main");
    }

    @Test
    void everyCommandIsRegistered() {
        assertThat(MODULE.stream()
                        .filter(type -> type.isAnnotatedWith(Command.class) && !type.isEquivalentTo(Main.class))
                        .map(JavaClass::getSimpleName))
                .hasSizeGreaterThan(5)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Main.class.getAnnotation(Command.class).subcommands())
                                .map(Class::getSimpleName)
                                .toList());
    }

    @Test
    void isNullMarked() {
        assertThat(MODULE.get(Main.class).getPackage().isAnnotatedWith(NullMarked.class))
                .isTrue();
    }
}
