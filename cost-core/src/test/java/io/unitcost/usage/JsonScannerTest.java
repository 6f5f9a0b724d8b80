package io.unitcost.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The scanner sees what Jackson sees, in pieces of any size, and never fails whatever the bytes are. */
class JsonScannerTest {

    private static final int CASES = Boolean.getBoolean("unitcost.long") ? 200_000 : 20_000;

    private static final String[] KEYS = {
        "usage", "model", "id", "input_tokens", "output_tokens", "prompt_tokens_details", "cached_tokens", "choices",
        "delta", "content", "iterations", "cost", "type", "usageMetadata", "promptTokensDetails", "modality",
        "tokenCount", "other", "us\u0061ge2", "\u00e9", "", "message", "response", "is_byok"
    };

    @Test
    void seesWhatJacksonSees() {
        SplittableRandom random = new SplittableRandom(42);
        int events = 0;
        for (int i = 0; i < CASES; i++) {
            String json = "{" + members(random, 0) + "}";
            List<String> expected = new ArrayList<>();
            walk(JsonMapper.shared().readTree(json), Paths.ROOT, expected);
            expected.add("document");
            for (int size : new int[] {1, 1 + random.nextInt(9), json.length() * 4}) {
                assertThat(scan(json.getBytes(StandardCharsets.UTF_8), size))
                        .as(json)
                        .isEqualTo(expected);
            }
            events += expected.size();
        }
        assertThat(events).isGreaterThan(CASES);
    }

    @Test
    void survivesAnyBytes_theSameInPiecesOfAnySize() {
        SplittableRandom random = new SplittableRandom(43);
        byte[] alphabet = "{}[]\",:\\u0041tfn1-.e \n\u00e9usage".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = alphabet[random.nextInt(alphabet.length)];
            }
            List<String> whole = scan(bytes, bytes.length + 1);
            assertThat(scan(bytes, 1)).isEqualTo(whole);
            assertThat(scan(bytes, 1 + random.nextInt(7))).isEqualTo(whole);
        }
    }

    @Test
    void textThatLooksLikeUsageIsText() {
        String json = "{\"choices\":[{\"delta\":{\"content\":\"{\\\"usage\\\":{\\\"input_tokens\\\":9}}\"}}],"
                + "\"note\":\"\\\"usage\\\":{\\\"input_tokens\\\":9}\",\"usage\":{\"input_tokens\":1}}";
        assertThat(scan(json.getBytes(StandardCharsets.UTF_8), 3))
                .contains("INPUT_TOKENS=1")
                .doesNotContain("INPUT_TOKENS=9");
    }

    @Test
    void documentsThatResembleEachOtherAreReadAsIfEachWereTheFirst() {
        SplittableRandom random = new SplittableRandom(44);
        FuzzAnswers answers = new FuzzAnswers(random);
        int repeated = 0;
        for (int i = 0; i < CASES / 4; i++) {
            List<String> documents = answers.documents();
            List<String> each = new ArrayList<>();
            for (String document : documents) {
                each.addAll(scan(document.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE));
            }
            Recorder recorder = new Recorder();
            JsonScanner scanner = new JsonScanner(Paths.ROOT, recorder);
            for (String document : documents) {
                byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
                int again = scanner.again(bytes, 0, bytes.length);
                scanner.feed(bytes, again, bytes.length);
                repeated += again > 0 ? 1 : 0;
            }
            assertThat(recorder.finished()).as("%s", documents).isEqualTo(each);
        }
        assertThat(repeated).isGreaterThan(CASES / 10);
    }

    @Test
    void whatOpensLikeTheDocumentBeforeIsNotReadAgain_alsoAfterOneThatWasCut() {
        byte[] document =
                "{\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}".getBytes(StandardCharsets.UTF_8);
        int opening = new String(document, StandardCharsets.UTF_8).indexOf("Hi");
        JsonScanner scanner = new JsonScanner(Paths.ROOT, new Recorder());
        for (int expected : new int[] {0, 0, opening, opening}) {
            int again = scanner.again(document, 0, document.length);
            assertThat(again).isEqualTo(expected);
            scanner.feed(document, again, document.length);
        }
        for (int cut = 1; cut < document.length; cut++) {
            int again = scanner.again(document, 0, cut);
            assertThat(again).isEqualTo(cut < opening ? 0 : opening);
            scanner.feed(document, again, cut);
            scanner.feed(document, cut, document.length);
            again = scanner.again(document, 0, document.length);
            assertThat(again).isEqualTo(opening);
            scanner.feed(document, again, document.length);
        }
    }

    @Test
    void aTextIsSampledAsItStands() {
        String text = "Hi \\u4e2d \\\"you\\\" \\\\ " + "é".repeat(30);
        byte[] json = ("{\"choices\":[{\"message\":{\"content\":\"" + text + "\",\"x\":\"no\"},\"text\":\"!\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        for (int size : new int[] {1, 2, 3, 7, 64, json.length}) {
            Recorder recorder = new Recorder();
            recorder.sample = new ByteArrayOutputStream();
            JsonScanner scanner = new JsonScanner(Paths.ROOT, recorder);
            for (int i = 0; i < json.length; i += size) {
                scanner.feed(json, i, Math.min(json.length, i + size));
            }
            assertThat(recorder.sample.toString(StandardCharsets.UTF_8)).isEqualTo(text + "!");
        }
    }

    @Test
    void aKeyIsFoundByAllOfIt() {
        for (int length = 1; length < 30; length++) {
            String key = "abcdefghijklmnopqrstuvwxyz_0123".substring(0, length);
            Node node = Node.way().with("other", Field.COST).with(key, Field.MODEL);
            byte[] alone = key.getBytes(StandardCharsets.UTF_8);
            assertThat(node.child(alone, 0, length)).as(key).isNotNull();
            byte[] among = ("\"" + key + "\":12345678").getBytes(StandardCharsets.UTF_8);
            assertThat(node.child(among, 1, length)).as(key).isNotNull();
            for (int i = 0; i < length; i++) {
                for (int change = 1; change < 256; change++) {
                    among[i + 1] ^= (byte) change;
                    assertThat(node.child(among, 1, length)).as(key).isNull();
                    among[i + 1] ^= (byte) change;
                }
            }
        }
    }

    @Test
    void depthHasABound() {
        String json = "{\"usage\":" + "[".repeat(100_000) + "]".repeat(100_000) + ",\"model\":\"m\"}";
        assertThat(scan(json.getBytes(StandardCharsets.UTF_8), 4096)).contains("MODEL=m");
    }

    private static List<String> scan(byte[] bytes, int size) {
        Recorder recorder = new Recorder();
        JsonScanner scanner = new JsonScanner(Paths.ROOT, recorder);
        for (int i = 0; i < bytes.length; i += size) {
            scanner.feed(bytes, i, Math.min(bytes.length, i + size));
        }
        return recorder.finished();
    }

    private static void walk(JsonNode value, @Nullable Node place, List<String> events) {
        if (place == null) {
            return;
        }
        if (value.isObject()) {
            value.properties().forEach(member -> {
                byte[] key = member.getKey().getBytes(StandardCharsets.UTF_8);
                walk(member.getValue(), key.length == 0 ? null : place.child(key, 0, key.length), events);
            });
            if (place.field != null) {
                events.add("end of " + place.field);
            }
        } else if (value.isArray()) {
            value.forEach(element -> walk(element, place.element(), events));
        } else if (place.kind == Node.Kind.CONTENT
                && value.isString()
                && !value.asString().isEmpty()) {
            String text = value.asString();
            int characters = text.codePointCount(0, text.length());
            String last = events.isEmpty() ? "" : events.get(events.size() - 1);
            if (last.startsWith("content ")) {
                characters += Integer.parseInt(events.remove(events.size() - 1).substring("content ".length()));
            }
            events.add("content " + characters);
        } else if (place.kind == Node.Kind.VALUE && !value.isNull() && place.field != null) {
            events.add(
                    place.field + "=" + (value.isNumber() ? value.numberValue().toString() : value.asString()));
        }
    }

    private static String members(SplittableRandom random, int depth) {
        StringBuilder text = new StringBuilder();
        List<String> used = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            String key = KEYS[random.nextInt(KEYS.length)];
            if (used.contains(key)) {
                continue;
            }
            text.append(used.isEmpty() ? "" : ",")
                    .append(blank(random))
                    .append(string(key, random))
                    .append(blank(random))
                    .append(':')
                    .append(blank(random))
                    .append(value(random, depth + 1))
                    .append(blank(random));
            used.add(key);
        }
        return text.toString();
    }

    private static String value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 6 ? 6 : 10)) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "false";
            case 2, 3 -> Long.toString(random.nextLong(-5, 100_000));
            case 4, 5 -> string(text(random), random);
            case 6, 7 -> "{" + members(random, depth) + "}";
            default -> {
                StringBuilder array = new StringBuilder("[");
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.append(value(random, depth + 1)).append(i > 1 ? "," : "");
                }
                yield array.append(']').toString();
            }
        };
    }

    private static String text(SplittableRandom random) {
        String[] parts = {"a", "\"", "\\", "\n", "é", "中", "😀", "usage", "{", "}", "\":", "x".repeat(30)};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        return text.toString();
    }

    /** A text in quotes, with some of its characters escaped. */
    private static String string(String text, SplittableRandom random) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\n");
            } else if (random.nextInt(5) == 0 && !Character.isSurrogate(c)) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    private static String blank(SplittableRandom random) {
        return random.nextInt(4) == 0 ? " " : "";
    }

    private static final class Recorder implements JsonScanner.Sink {
        private final List<String> events = new ArrayList<>();
        private long characters;
        private @Nullable ByteArrayOutputStream sample;

        private void add(String event) {
            if (characters > 0) {
                events.add("content " + characters);
                characters = 0;
            }
            events.add(event);
        }

        List<String> finished() {
            if (characters > 0) {
                events.add("content " + characters);
                characters = 0;
            }
            return events;
        }

        @Override
        public void number(Field field, byte[] text, int length) {
            add(field + "=" + new String(text, 0, length, StandardCharsets.UTF_8));
        }

        @Override
        public void text(Field field, byte[] bytes, int from, int length) {
            add(field + "=" + new String(bytes, from, length, StandardCharsets.UTF_8));
        }

        @Override
        public void flag(Field field, boolean value) {
            add(field + "=" + value);
        }

        @Override
        public void leave(Field field) {
            add("end of " + field);
        }

        @Override
        public void content(int oneByte, int twoBytes, int threeBytes, int fourBytes) {
            characters += oneByte + twoBytes + threeBytes + fourBytes;
        }

        @Override
        public boolean wantsSample() {
            return sample != null;
        }

        @Override
        public void sample(byte[] bytes, int from, int to) {
            if (sample != null) {
                sample.write(bytes, from, to - from);
            }
        }

        @Override
        public void wrapped(byte[] bytes, int from, int to) {}

        @Override
        public void unwrapped() {}

        @Override
        public void document() {
            add("document");
        }
    }
}
