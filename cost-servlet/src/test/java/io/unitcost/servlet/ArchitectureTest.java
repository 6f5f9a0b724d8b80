package io.unitcost.servlet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The filter knows the account and the Servlet API, says once what is wrong with its registration, and knows nothing else. */
class ArchitectureTest {

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.unitcost.servlet");

    @Test
    void knowsTheCoreAndTheServletApiOnly() {
        assertThat(MODULE).hasSizeGreaterThan(3);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..",
                        "org.jspecify..",
                        "org.slf4j..",
                        "jakarta.servlet..",
                        "io.unitcost",
                        "io.unitcost.usage",
                        "io.unitcost.price",
                        "io.unitcost.servlet")
                .check(MODULE);
    }

    @Test
    void showsAHandfulOfTypes() {
        assertThat(MODULE.stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass())
                        .map(JavaClass::getSimpleName))
                .containsExactlyInAnyOrder("CostFilter", "CostInitializer", "Ending");
    }
}
