package io.unitcost.http;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hooks know the account and usage; each framework only its own classes, which work without the others. */
class ArchitectureTest {

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.unitcost.http");

    @Test
    void knowsTheAccountUsageAndHttpClientsOnly() {
        assertThat(MODULE).hasSizeGreaterThan(10);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..",
                        "javax.net.ssl",
                        "org.jspecify..",
                        "kotlin..",
                        "okhttp3..",
                        "okio..",
                        "org.springframework..",
                        "org.reactivestreams..",
                        "reactor..",
                        "com.openai..",
                        "com.anthropic..",
                        "com.github.benmanes.caffeine.cache",
                        "io.unitcost",
                        "io.unitcost.http",
                        "io.unitcost.price",
                        "io.unitcost.usage")
                .check(MODULE);
    }

    @ParameterizedTest
    @CsvSource({
        "java.net.http.., MeteredHttpClient, Jdk, NewerJdk",
        "okhttp3.., OkHttp, OkHttp, OkHttp",
        "okio.., OkHttp, OkHttp, OkHttp",
        "com.openai.., OpenAi, OpenAi, OpenAi",
        "com.anthropic.., Anthropic, Anthropic, Anthropic",
        "org.springframework.http.client, RestClient, RestClient, RestClient",
        "org.springframework.http.., RestClient, WebClient, WebClient",
        "org.springframework.core.., WebClient, WebClient, WebClient",
        "org.springframework.web.., WebClient, WebClient, WebClient",
        "reactor.., WebClient, WebClient, WebClient"
    })
    void eachFrameworkIsKnownToItsOwnClassesOnly(String packages, String first, String second, String third) {
        DescribedPredicate<JavaClass> own = simpleNameStartingWith(first)
                .or(simpleNameStartingWith(second))
                .or(simpleNameStartingWith(third))
                .or(new DescribedPredicate<>("classes within those") {
                    @Override
                    public boolean test(JavaClass type) {
                        return type.getEnclosingClass()
                                .filter(outer -> outer.getSimpleName().startsWith(first)
                                        || outer.getSimpleName().startsWith(second)
                                        || outer.getSimpleName().startsWith(third))
                                .isPresent();
                    }
                });
        noClasses()
                .that(not(own))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(packages)
                .check(MODULE);
    }

    @Test
    void showsAHookForEachClientAndWhatTheyShare() {
        assertThat(MODULE.stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(type -> type.getEnclosingClass().isEmpty())
                        .map(JavaClass::getSimpleName))
                .contains("HttpCosts", "MeteredHttpClient")
                .isSubsetOf(List.of(
                        "HttpCosts",
                        "MeteredHttpClient",
                        "OkHttpCosts",
                        "OpenAiCosts",
                        "AnthropicCosts",
                        "RestClientCosts",
                        "WebClientCosts"));
    }
}
