package io.unitcost.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Message;
import io.unitcost.price.Unit;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An application whose protobuf is of the line before: the same classes of ours read the same counts. */
class OlderProtobufTest {

    /** What every runtime is to read, by protocol. */
    private static final Map<String, String> READ = Map.of(
            "an engine, by increments",
            "{cache_read_tokens=4, input_tokens=7, output_tokens=10} finished",
            "an engine, cumulative",
            "{cache_read_tokens=4, output_reasoning_tokens=0, input_tokens=7, output_tokens=10} finished",
            "tensors, typed and raw",
            "{input_tokens=7, output_tokens=10} finished",
            "parameters in a map",
            "{input_tokens=7, output_tokens=10} finished",
            "batches and enumerations",
            "{input_tokens=7, output_tokens=10} finished",
            "choices and reasoning",
            "{cache_read_tokens=4, input_image_tokens=0, output_reasoning_tokens=4, input_tokens=7, output_tokens=10} finished",
            "a generated class",
            "{input_tokens=7, output_tokens=10} served");

    @Test
    void readsTheSameCounts() throws IOException, ReflectiveOperationException {
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            assertThat(runtime(loader.loadClass(Message.class.getName()))).startsWith("protobuf-java-3.");
            assertThatExceptionOfType(ClassNotFoundException.class)
                    .as("of the current line")
                    .isThrownBy(() -> loader.loadClass("com.google.protobuf.RuntimeVersion"));
            var constructor = loader.loadClass(Application.class.getName()).getDeclaredConstructor();
            constructor.setAccessible(true);
            Supplier<?> application = (Supplier<?>) constructor.newInstance();
            assertThat(application.getClass()).isNotEqualTo(Application.class);
            assertThat(application.get()).isEqualTo(READ);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        }
    }

    @Test
    void readsThemWithTheCurrentOne() {
        assertThat(runtime(Message.class)).startsWith("protobuf-java-4.");
        assertThat(new Application().get()).isEqualTo(READ);
    }

    private static String runtime(Class<?> type) {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath()).getName();
    }

    private static URL[] classPath() throws IOException {
        List<URL> urls = new ArrayList<>();
        try (Stream<Path> copied = Files.list(Path.of("target/protobuf-3"))) {
            for (Path jar : copied.toList()) {
                urls.add(url(jar.toFile()));
            }
        }
        assertThat(urls).as("what the build has copied").hasSize(1);
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!new File(entry).getName().startsWith("protobuf-java")) {
                urls.add(url(new File(entry)));
            }
        }
        return urls.toArray(URL[]::new);
    }

    private static URL url(File file) throws MalformedURLException {
        return file.toURI().toURL();
    }

    /** Runs in a class loader with one runtime or the other; knows neither the test nor its libraries. */
    static final class Application implements Supplier<Map<String, String>> {

        private static final String CHUNK = "chunk { prompt_tokens: 7 cached_tokens: 4 completion_tokens: %d }";
        private static final String END =
                "complete { finish_reason: 'stop' prompt_tokens: 7 cached_tokens: 4 completion_tokens: %d }";

        @Override
        public Map<String, String> get() {
            Map<String, String> read = new LinkedHashMap<>();
            read.put(
                    "an engine, by increments",
                    read(
                            TestProtos.VLLM,
                            "tokenized { input_ids: [5, 6, 7] }",
                            CHUNK.formatted(8),
                            CHUNK.formatted(2),
                            END.formatted(2)));
            read.put(
                    "an engine, cumulative",
                    read(TestProtos.SGLANG, "", CHUNK.formatted(3), CHUNK.formatted(10), END.formatted(10)));
            read.put("tensors, typed and raw", read(TestProtos.TRITON, "model_name: 'm'", """
                            outputs { name: 'text_output' datatype: 'BYTES' shape: 1 }
                            outputs { name: 'num_input_tokens' datatype: 'INT32' shape: 1 }
                            outputs { name: 'num_output_tokens' datatype: 'INT32' shape: 1 }
                            raw_output_contents: '\\001\\000\\000\\000x'
                            raw_output_contents: '\\007\\000\\000\\000'
                            raw_output_contents: '\\012\\000\\000\\000'
                            """));
            read.put("parameters in a map", read(TestProtos.TRITON, "model_name: 'm'", """
                            parameters { key: 'num_input_tokens' value { int64_param: 7 } }
                            parameters { key: 'num_output_tokens' value { int64_param: 10 } }
                            """));
            read.put(
                    "batches and enumerations",
                    read(
                            TestProtos.TGIS,
                            "requests { text: 'hello' }",
                            "responses { input_token_count: 7 generated_token_count: 10 stop_reason: EOS_TOKEN }"));
            read.put("choices and reasoning", read(TestProtos.XAI, "messages { content { text: 'hello' } }", """
                            outputs { finish_reason: REASON_STOP message { content: 'hi' } }
                            usage { prompt_tokens: 7 cached_prompt_text_tokens: 4 completion_tokens: 6 reasoning_tokens: 4 }
                            """));
            read.put("a generated class", generated());
            return read;
        }

        private static String read(String method, String request, String... responses) {
            GrpcUsage usage = GrpcUsage.presets().stream()
                    .filter(each -> each.methods().contains(method))
                    .findFirst()
                    .orElseThrow();
            UsageReading reading = usage.reading(null);
            reading.request(TestProtos.request(method, request));
            for (String response : responses) {
                reading.response(TestProtos.response(method, response));
            }
            return said(reading) + (reading.isFinished() ? " finished" : "");
        }

        /** Its own descriptors are classes that each runtime was generated with. */
        private static String generated() {
            UsageReading reading = GrpcUsage.builder("own.Service/Ask")
                    .responseModel("package")
                    .count(Unit.INPUT_TOKENS, "message_type[*].field[*].number")
                    .count(Unit.OUTPUT_TOKENS, "public_dependency[*]")
                    .build()
                    .reading(null);
            reading.response(FileDescriptorProto.newBuilder()
                    .setPackage("served")
                    .addMessageType(DescriptorProto.newBuilder()
                            .addField(FieldDescriptorProto.newBuilder().setNumber(3))
                            .addField(FieldDescriptorProto.newBuilder().setNumber(4)))
                    .addPublicDependency(10)
                    .build());
            return said(reading) + " " + reading.model();
        }

        private static String said(UsageReading reading) {
            return reading.usage() + (reading.problems().isEmpty() ? "" : " " + reading.problems());
        }
    }
}
