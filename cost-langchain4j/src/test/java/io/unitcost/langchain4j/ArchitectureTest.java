package io.unitcost.langchain4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The listeners know the account and LangChain4j's core, and none of its modules for providers. */
class ArchitectureTest {

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.unitcost.langchain4j");

    @Test
    void knowsTheAccountUsageAndTheCoreOfLangChain4jOnly() {
        assertThat(MODULE).hasSizeGreaterThan(10);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..",
                        "org.jspecify..",
                        "com.github.benmanes.caffeine.cache",
                        "dev.langchain4j.agent.tool",
                        "dev.langchain4j.data..",
                        "dev.langchain4j.exception",
                        "dev.langchain4j.model",
                        "dev.langchain4j.model.chat..",
                        "dev.langchain4j.model.embedding..",
                        "dev.langchain4j.model.output",
                        "dev.langchain4j.rag..",
                        "dev.langchain4j.store.embedding..",
                        "io.unitcost",
                        "io.unitcost.langchain4j",
                        "io.unitcost.price",
                        "io.unitcost.usage")
                .check(MODULE);
    }

    @Test
    void showsOneType() {
        assertThat(MODULE.stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(type -> type.getEnclosingClass().isEmpty())
                        .map(JavaClass::getSimpleName))
                .containsExactly("LangChain4jCosts");
    }
}
