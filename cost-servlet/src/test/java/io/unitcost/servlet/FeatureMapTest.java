package io.unitcost.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which feature a path belongs to. */
class FeatureMapTest {

    private static final FeatureMap MAP = FeatureMap.parse("""
            /chat/* : chat; /chat/admin/* : admin
            /chat/help : help
            *.ai : old ; /code : code-assist;""");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/chat, chat",
                "/chat/, chat",
                "/chat/1/2, chat",
                "/chatter, -",
                "/chat/admin, admin",
                "/chat/admin/x.ai, admin",
                "/chat/help, help",
                "/chat/help/more, chat",
                "/code, code-assist",
                "/code/1, -",
                "/v1/x.ai, old",
                "/v1.ai/x, -",
                "/, -",
                "'', -"
            })
    void findsTheFeatureOfAPath(String path, @Nullable String feature) {
        assertThat(MAP.of(path)).isEqualTo(feature);
    }

    @Test
    void everythingElseMayBeAFeatureToo() {
        FeatureMap map = FeatureMap.parse("/chat/*:chat\n/ : web");
        assertThat(map.of("/chat/1")).isEqualTo("chat");
        assertThat(map.of("/index.html")).isEqualTo("web");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\" | nothing in",
                "\" ; \" | nothing in",
                "/chat/* | '/chat/*' is no PATTERN : FEATURE",
                "/chat : | '/chat :' is no PATTERN : FEATURE",
                ": chat | ': chat' is no PATTERN : FEATURE",
                "chat/* : chat | pattern 'chat/*' of chat starts with neither / nor *.",
                "/a/*/b : chat | pattern '/a/*/b' of chat has a star in the middle",
                "/a/*/* : chat | has a star in the middle",
                "/a/* : one; /a/* : two | pattern '/a/*' is there twice, for one and two",
                "/ : one; /* : two | is there twice",
            })
    void saysWhatIsWrong(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureMap.parse(text))
                .withMessageStartingWith("features: ")
                .withMessageContaining(message);
    }
}
