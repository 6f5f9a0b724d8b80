package io.unitcost.http;

import static io.unitcost.http.SdkBench.ANSWERS;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.core.RequestOptions;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpMethod;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpRequestBody;
import com.openai.core.http.HttpResponse;
import io.unitcost.testing.Answer;
import io.unitcost.testing.Cut;
import io.unitcost.testing.ReceivedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the application sees is what it sees without a hook, byte for byte, however odd the answer and the reader. */
@Timeout(120)
class OkHttpTransparencyTest {

    private static final int BODIES = Boolean.getBoolean("unitcost.long") ? 10_000 : 1_000;

    private final SdkBench bench = new SdkBench();

    private final OkHttpClient plain = new OkHttpClient();
    private final OkHttpClient hooked =
            OkHttpCosts.install(plain.newBuilder(), bench.costs).build();
    private final com.openai.client.okhttp.OkHttpClient sdk =
            com.openai.client.okhttp.OkHttpClient.builder().build();
    private final HttpClient transport = OpenAiCosts.transport(sdk, bench.costs);

    @AfterEach
    void close() {
        sdk.close();
        bench.assertNoErrors();
        bench.meter.close();
        bench.recorded.drain();
        bench.close();
    }

    @Test
    void theResponseIsByteIdentical() {
        bench.server.answersBy(OkHttpTransparencyTest::answer);
        int read = 0;
        for (int seed = 0; seed < BODIES; seed++) {
            String without = through(plain, seed);
            assertThat(through(hooked, seed)).as("OkHttp, seed %s", seed).isEqualTo(without);
            assertThat(through(transport, seed)).as("transport, seed %s", seed).isEqualTo(through(sdk, seed));
            read += without.startsWith("200") ? 1 : 0;
        }
        assertThat(read).isGreaterThan(BODIES / 2);
        assertThat(bench.server.requests()).hasSize(4 * BODIES);
        Iterator<ReceivedRequest> requests = bench.server.requests().iterator();
        for (int seed = 0; seed < BODIES; seed++) {
            assertThat(sent(requests.next())).isEqualTo(sent(requests.next()));
            assertThat(sent(requests.next())).isEqualTo(sent(requests.next()));
        }
        assertThat(bench.recorded.drain()).hasSize(2 * BODIES);
    }

    private static String sent(ReceivedRequest request) {
        return request.method() + " " + request.target() + " " + request.headers() + " "
                + Arrays.hashCode(request.body());
    }

    /** A random answer, the same for the same seed. */
    private static Answer answer(ReceivedRequest request) {
        Random random = new Random(Long.parseLong(request.header("X-Seed")));
        Answer answer =
                switch (random.nextInt(6)) {
                    case 0 -> Answer.body(200, "application/octet-stream", bytes(random));
                    case 1 -> Answer.body(200, "application/json", bytes(random));
                    case 2 -> ANSWERS.text(text(random), text(random)).chatStreamWithUsage();
                    case 3 -> ANSWERS.text(text(random)).chat();
                    case 4 ->
                        Answer.events(
                                text(random), "{\"usage\":{\"prompt_tokens\":" + random.nextInt() + "}}", "[DONE]");
                    default -> Answer.body(400 + random.nextInt(4) * 50, "application/json", bytes(random));
                };
        answer = answer.header("X-Some", "a").header("x-ratelimit-remaining", "" + random.nextInt());
        if (random.nextInt(3) == 0) {
            answer = answer.gzip();
        }
        switch (random.nextInt(3)) {
            case 0 -> answer = answer.chunked();
            case 1 -> answer = answer.contentLength();
            default -> answer = answer.untilClose();
        }
        if (random.nextInt(2) == 0) {
            answer = answer.inPiecesOf(random.nextInt(20) == 0 ? 7 : 50 + random.nextInt(2_000));
        }
        return random.nextInt(10) == 0 ? answer.cutAfter(random.nextInt(2_000), Cut.FIN) : answer;
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(8) == 0 ? random.nextInt(30_000) : random.nextInt(1_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String text(Random random) {
        return new String(bytes(random), StandardCharsets.ISO_8859_1)
                .replace("\r", "")
                .replace("\n", "");
    }

    private String through(OkHttpClient client, int seed) {
        Random random = new Random(seed);
        Request request = new Request.Builder()
                .url(bench.url() + "/chat/completions")
                .header("X-Seed", "" + seed)
                .post(RequestBody.create(asked(random), MediaType.get("application/json")))
                .build();
        StringBuilder seen = new StringBuilder();
        try (Response response = client.newCall(request).execute()) {
            seen.append(response.code()).append(response.message()).append(response.headers());
            seen.append(response.body().contentType()).append(response.body().contentLength());
            read(response, random, seen);
        } catch (IOException e) {
            seen.append(e);
        }
        return seen.toString();
    }

    /** Readers differ in what they ask of a source. */
    private static void read(Response response, Random random, StringBuilder seen) throws IOException {
        BufferedSource source = response.body().source();
        switch (random.nextInt(7)) {
            case 0 -> seen.append(response.body().string());
            case 1 -> read(response.body().byteStream(), random, seen);
            case 2 -> {
                for (String line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
                    seen.append(line).append('|');
                }
            }
            case 3 -> {
                seen.append(source.request(random.nextInt(3_000)))
                        .append(source.getBuffer().size() > 0);
                seen.append(response.peekBody(100).string());
                source.skip(Math.min(10, source.getBuffer().size()));
                seen.append(source.readByteString().hex());
            }
            case 4 -> {
                Buffer all = new Buffer().writeUtf8("before");
                while (source.read(all, 1 + random.nextInt(9_000)) >= 0) {}
                seen.append(all.readByteString().hex());
            }
            case 5 -> seen.append(source.exhausted() ? "" : source.readByte()); // and closed
            default -> {
                Buffer all = new Buffer();
                source.readAll(all);
                seen.append(all.readByteString().hex());
            }
        }
    }

    private String through(HttpClient client, int seed) {
        Random random = new Random(seed);
        HttpRequest request = HttpRequest.builder()
                .method(HttpMethod.POST)
                .baseUrl(bench.url())
                .addPathSegments("chat", "completions")
                .putHeader("X-Seed", "" + seed)
                .body(new Json(asked(random)))
                .build();
        StringBuilder seen = new StringBuilder();
        try (HttpResponse response = random.nextBoolean()
                ? client.execute(request, RequestOptions.none())
                : client.executeAsync(request, RequestOptions.none()).join()) {
            seen.append(response.statusCode()).append(response.headers()).append(response.requestId());
            read(response.body(), random, seen);
        } catch (Exception e) {
            seen.append(e).append(e.getCause());
        }
        return seen.toString();
    }

    private static void read(InputStream body, Random random, StringBuilder seen) throws IOException {
        byte[] bytes = new byte[1 + random.nextInt(5_000)];
        switch (random.nextInt(4)) {
            case 0 -> {
                for (int one = body.read(); one >= 0; one = body.read()) {
                    seen.append((char) one);
                }
            }
            case 1 -> {
                for (int count = body.read(bytes); count >= 0; count = body.read(bytes)) {
                    seen.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
                }
            }
            case 2 -> seen.append(body.skip(3)).append(Arrays.hashCode(body.readAllBytes()));
            default -> seen.append(body.read(bytes, 0, Math.min(7, bytes.length)) > 0); // and closed
        }
    }

    private static byte[] asked(Random random) {
        return ("{\"model\":\"m-1\",\"input\":\"" + "x".repeat(random.nextInt(100) == 0 ? random.nextInt(20_000) : 30)
                        + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private record Json(byte[] bytes) implements HttpRequestBody {

        @Override
        public void writeTo(OutputStream out) {
            SdkOutput.write(bytes, out);
        }

        @Override
        public String contentType() {
            return "application/json";
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public boolean repeatable() {
            return true;
        }

        @Override
        public void close() {}
    }
}
