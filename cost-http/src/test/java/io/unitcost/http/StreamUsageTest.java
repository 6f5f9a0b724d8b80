package io.unitcost.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One member more, and not a byte else. */
class StreamUsageTest {

    @Test
    void theOptionIsTheLastMember() {
        assertThat(asked("{\"stream\":true}"))
                .isEqualTo("{\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void whatComesAfterTheBodyStays() {
        assertThat(asked(" {\"stream\": true\n}\r\n\t "))
                .isEqualTo(" {\"stream\": true\n,\"stream_options\":{\"include_usage\":true}}\r\n\t ");
    }

    @Test
    void textOfAnyKindStays() {
        assertThat(asked("{\"messages\":[{\"content\":\"} é 😀 \\\"}\"}],\"stream\":true}"))
                .isEqualTo(
                        "{\"messages\":[{\"content\":\"} é 😀 \\\"}\"}],\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "}", "[1]", "{\"stream\":true", "{\"stream\":true} and more", "\n\n"})
    void whatDoesNotEndLikeAnObjectStaysAsItIs(String body) {
        assertThat(asked(body)).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"stream_options\":null}",
                "{\"stream\":true,\"stream_options\" : {}}",
                "{\"stream_options\":{\"include_usage\":false},\"stream\":true}"
            })
    void whatHasTheOptionStaysAsItIs(String body) {
        assertThat(asked(body)).isEqualTo(body);
    }

    @Test
    void anOptionThatIsOnlyTalkedAboutIsNone() {
        assertThat(asked("{\"content\":\"set \\\"stream_options\\\"\"}"))
                .isEqualTo("{\"content\":\"set \\\"stream_options\\\"\",\"stream_options\":{\"include_usage\":true}}");
    }

    private static String asked(String body) {
        return new String(StreamUsage.askedIn(body.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }
}
