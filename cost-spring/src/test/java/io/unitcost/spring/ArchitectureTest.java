package io.unitcost.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an application may have is known to one package each, so that the starter works with any of it missing. */
class ArchitectureTest {

    private static final Path IMPORTS = Path.of(
            "src/main/resources/META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports");

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.unitcost.spring");

    @ParameterizedTest
    @CsvSource({
        "org.springframework.ai.., io.unitcost.spring.ai",
        "dev.langchain4j.., io.unitcost.spring.langchain4j",
        "io.grpc.., io.unitcost.spring.grpc",
        "org.springframework.grpc.., io.unitcost.spring.grpc",
        "jakarta.servlet.., io.unitcost.spring.web",
        "org.springframework.web.servlet.., io.unitcost.spring.web",
        "org.springframework.boot.actuate.., io.unitcost.spring.actuate"
    })
    void eachOptionalLibraryIsKnownToOnePackage(String library, String home) {
        noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(MODULE);
    }

    @Test
    void theCoreOfTheStarterKnowsNoOtherPackageOfIt() {
        noClasses()
                .that()
                .resideInAPackage("io.unitcost.spring")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.unitcost.spring.*..")
                .check(MODULE);
    }

    @Test
    void showsWhatAnApplicationUsesAndItsAutoConfigurations() {
        assertThat(MODULE).hasSizeGreaterThan(60);
        assertThat(MODULE.stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(type -> type.getEnclosingClass().isEmpty())
                        .filter(type -> !type.getPackageName().endsWith(".observe"))
                        .filter(type -> !type.getSimpleName().endsWith("AutoConfiguration"))
                        .map(JavaClass::getSimpleName))
                .contains("AiFeature", "UnitcostProperties")
                .isSubsetOf(List.of(
                        "AiFeature",
                        "CostEndpoint",
                        "CostMeterCustomizer",
                        "GrpcCostProperties",
                        "GrpcCostsCustomizer",
                        "HttpCostProperties",
                        "HttpCostsCustomizer",
                        "InvalidSettingException",
                        "UnitcostProperties"));
    }

    @Test
    void everyAutoConfigurationIsImported() throws IOException {
        List<String> imported = Files.readAllLines(IMPORTS);
        assertThat(MODULE.stream()
                        .filter(type -> type.getSimpleName().endsWith("AutoConfiguration"))
                        .map(JavaClass::getName))
                .hasSizeGreaterThan(5)
                .containsExactlyInAnyOrderElementsOf(imported);
    }
}
