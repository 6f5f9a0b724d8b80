package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.unitcost.CostMeter;
import io.unitcost.CostObjective;
import io.unitcost.RecordedCosts;
import io.unitcost.RequestMeter;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the caller is told of a request's cost, in any container. */
abstract class TellingContract extends ServletFixture {

    private static final String SO_FAR = "0.0075 USD";
    private static final String ALL_OF_IT = "0.015 USD";

    private final String name;
    private final CostFilter telling = CostFilter.builder(meter)
            .feature(BY_PATH)
            .costHeader("X-Cost")
            .costTrailer("X-Cost-In-All")
            .serverTiming()
            .build();

    TellingContract(String name, Container container) {
        super(container);
        this.name = name;
    }

    @Test
    void theTableSaysWhatTheCallerIsTold() throws Exception {
        for (Telling way : Telling.values()) {
            on("/" + way.name().toLowerCase(Locale.ROOT), (request, response) -> way.answer(this, request, response));
        }
        on("/inner", (request, response) -> {
            response.getOutputStream().print("hello");
            meter.record(attempt());
        });
        serve(List.of(telling), ALL);
        Map<String, String> told = new LinkedHashMap<>();
        for (Telling way : Telling.values()) {
            HttpSocket.Answer answer = HttpSocket.get(port(), "/" + way.name().toLowerCase(Locale.ROOT));
            String header = answer.headers().get("X-Cost");
            assertThat(answer.headers().get("Server-Timing"))
                    .as(way.title)
                    .isEqualTo(header == null ? null : "cost;desc=\"" + header + '"');
            told.put(way.title, said(header) + " | " + said(answer.trailers().get("X-Cost-In-All")));
            takeAfterGrace();
        }
        TellingTable.assertSays(name, told);
    }

    private static String said(String value) {
        if (value == null) {
            return "no";
        }
        assertThat(value).isIn(SO_FAR, ALL_OF_IT);
        return value.equals(ALL_OF_IT) ? "all" : "so far";
    }

    @Test
    void aServedAnswerIsInTheHeaderOfItsOwnResponse() throws Exception {
        String body = ServedBodies.JSON;
        on("/small", (request, response) -> response.getOutputStream().write(utf8(body)));
        on("/length", (request, response) -> {
            response.setHeader("content-length", String.valueOf(utf8(body).length));
            response.getOutputStream().write(utf8(body));
        });
        on("/writer", (request, response) -> {
            response.setCharacterEncoding("UTF-8");
            response.setContentLength(utf8(body).length);
            response.getWriter().write(body);
        });
        on("/big", (request, response) -> response.getOutputStream().write(utf8(body + " ".repeat(50_000))));
        on("/async", (request, response) -> {
            AsyncContext async = request.startAsync();
            later(() -> {
                async.getResponse().getOutputStream().write(utf8(body));
                async.complete();
            });
        });
        serve(
                List.of(CostFilter.builder(meter)
                        .feature(BY_PATH)
                        .serves(request -> "openai")
                        .costHeader("X-Cost")
                        .build()),
                ALL);
        for (String path : List.of("/small", "/length", "/writer", "/async", "/big")) {
            HttpSocket.Answer answer = HttpSocket.get(port(), path);
            // a body of which more may come is not read to its end yet
            assertThat(answer.headers().get("X-Cost")).as(path).isEqualTo(path.equals("/big") ? "0 USD" : SO_FAR);
            assertOneRequest(path.substring(1), 1);
        }
    }

    @Test
    void aStreamSaysInItsTrailerWhatItCost() throws Exception {
        on("/sync", (request, response) -> stream(response.getOutputStream()));
        on("/async", (request, response) -> {
            AsyncContext async = request.startAsync();
            later(() -> {
                stream(async.getResponse().getOutputStream());
                async.complete();
            });
        });
        serve(
                List.of(CostFilter.builder(meter)
                        .feature(BY_PATH)
                        .serves(request -> "openai")
                        .costTrailer("X-Cost")
                        .build()),
                ALL);
        for (String path : List.of("/sync", "/async")) {
            HttpSocket.Answer answer = HttpSocket.get(port(), path);
            assertThat(answer.headers().get("Trailer")).isEqualTo("X-Cost");
            assertThat(answer.headers()).doesNotContainKey("X-Cost");
            assertThat(answer.trailers()).isEqualTo(Map.of("X-Cost", SO_FAR));
            assertOneRequest(path.substring(1), 1);
        }
    }

    private static void stream(ServletOutputStream out) throws IOException {
        for (String event : ServedBodies.STREAM.split("(?<=\n\n)")) {
            out.write(utf8(event));
            out.flush();
        }
    }

    @Test
    void theApplicationsTrailersAndTimingsStay() throws Exception {
        on("/chat", (request, response) -> {
            response.reset();
            assertThat(response.getTrailerFields()).isNull();
            response.setHeader("Trailer", "X-Mine");
            response.setTrailerFields(() -> Map.of("X-Mine", "yes"));
            response.addHeader("Server-Timing", "db;dur=3");
            seen.add(response.getTrailerFields().get());
            meter.record(attempt());
            response.getOutputStream().print("hello");
            response.flushBuffer();
        });
        serve(List.of(telling), ALL);
        HttpSocket.Answer answer = HttpSocket.get(port(), "/chat");
        assertThat(seen()).isEqualTo(Map.of("X-Mine", "yes"));
        assertThat(answer.headers().get("Server-Timing")).isEqualTo("cost;desc=\"" + SO_FAR + "\", db;dur=3");
        assertThat(answer.trailers()).isEqualTo(Map.of("X-Mine", "yes", "X-Cost-In-All", SO_FAR));
        assertOneRequest("chat", 1);
    }

    @Test
    void aClientThatKnowsNoTrailersGetsItsResponse() throws Exception {
        on("/chat", (request, response) -> {
            response.getOutputStream().print("hello");
            response.flushBuffer();
        });
        serve(List.of(telling), ALL);
        HttpSocket.Answer answer = HttpSocket.get(port(), "/chat", "HTTP/1.0", new String[0]);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.headers()).doesNotContainKey("Trailer").containsEntry("X-Cost", "0 USD");
        assertOneRequest("chat", 0);
    }

    @Test
    void nobodyIsToldWithoutBeingAsked_andNobodyEverWhatItEarns() throws Exception {
        RecordedCosts earning = new RecordedCosts();
        on("/chat", (request, response) -> {
            RequestMeter.current().record(attempt());
            response.getOutputStream().print("hello");
        });
        try (CostMeter rich = meterBuilder()
                .objective(CostObjective.of("chat")
                        .revenue("0.0123")
                        .targetMargin("0.8")
                        .build())
                .listener(earning)
                .build()) {
            serve(List.of(CostFilter.create(rich, BY_PATH)), ALL);
            assertThat(RawHttp.responses(port(), List.of("/chat")).toString())
                    .contains("hello")
                    .doesNotContainIgnoringCase("cost")
                    .doesNotContainIgnoringCase("server-timing")
                    .doesNotContainIgnoringCase("trailer")
                    .doesNotContain("0.0");
            stop();
            serve(
                    List.of(CostFilter.builder(rich)
                            .feature(BY_PATH)
                            .costHeader("X-Cost")
                            .costTrailer("X-Cost-In-All")
                            .serverTiming()
                            .build()),
                    ALL);
            assertThat(RawHttp.responses(port(), List.of("/chat")).toString())
                    .contains("X-Cost: 0.0075 USD")
                    .doesNotContain("0.0123");
            assertThat(earning.take(2)).hasSize(2);
            stop();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
