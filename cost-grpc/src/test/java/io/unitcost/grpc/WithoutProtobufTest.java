package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.grpc.Metadata;
import io.unitcost.price.Unit;
import io.unitcost.usage.TokenEstimator;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** An application that has gRPC and no protobuf: its messages are what its extractors read. */
class WithoutProtobufTest {

    @Test
    void everythingButPathsWorks() throws IOException, ReflectiveOperationException {
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            assertThatExceptionOfType(ClassNotFoundException.class)
                    .isThrownBy(() -> loader.loadClass("com.google.protobuf.Message"));
            var constructor = loader.loadClass(Application.class.getName()).getDeclaredConstructor();
            constructor.setAccessible(true);
            Supplier<?> application = (Supplier<?>) constructor.newInstance();
            assertThat(application.getClass()).isNotEqualTo(Application.class);
            assertThat(application.get()).isEqualTo("null {output_tokens=10} true");
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        }
    }

    @Test
    void onlyClassesNamedAfterItTouchProtobuf() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.unitcost.grpc");
        assertThat(classes).hasSizeGreaterThan(10);
        ArchRuleDefinition.noClasses()
                .that()
                .haveNameNotMatching(".*\\.Protobuf\\w+(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.protobuf..")
                .check(classes);
    }

    private static URL[] classPath() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!new File(entry).getName().startsWith("protobuf-java")) {
                urls.add(new File(entry).toURI().toURL());
            }
        }
        return urls.toArray(URL[]::new);
    }

    /** Runs in the class loader without protobuf. */
    static final class Application implements Supplier<String> {
        @Override
        public String get() {
            GrpcUsage.presets().forEach(usage -> {
                UsageReading reading = usage.reading(TokenEstimator.byScript());
                reading.request("request");
                reading.response("response");
                reading.trailers(new Metadata());
                if (reading.hasUsage() || !reading.problems().isEmpty() || usage.requestKey("request") != null) {
                    throw new AssertionError(usage);
                }
            });
            UsageReading reading = GrpcUsage.builder("own.Service/Ask")
                    .responseModel("model")
                    .response(String.class, (text, counts) -> counts.set(Unit.OUTPUT_TOKENS, text.length()))
                    .build()
                    .reading(null);
            reading.response("ten tokens");
            return reading.model() + " " + reading.usage() + " " + reading.hasOutput();
        }
    }
}
