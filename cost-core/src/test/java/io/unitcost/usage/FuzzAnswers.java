package io.unitcost.usage;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers as nobody would write them: known and unknown places in any order, escapes anywhere, decoys in every text. */
final class FuzzAnswers {

    /** The text of an event, which is another in each. */
    private static final String TEXT = "@text@";

    private static final String[] EVENTS = {
        "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-5\",\"choices\":"
                + "[{\"index\":0,\"delta\":{\"content\":\"@text@\"},\"finish_reason\":null}],\"usage\":null}",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"@text@\"}}",
        "{\"type\": \"response.output_text.delta\", \"sequence_number\": 12, \"delta\": \"@text@\", \"logprobs\": []}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"@text@\"}],\"role\":\"model\"}}],\"usageMetadata\":"
                + "{\"promptTokenCount\":8,\"totalTokenCount\":8},\"modelVersion\":\"gemini-2.5-flash\"}",
        "{\"model\":\"llama3.2\",\"message\":{\"role\":\"assistant\",\"content\":\"@text@\"},\"done\":false}",
        "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"@text@\"},\"p\":\"abc\"}",
        "{\"choices\":[{\"delta\":{\"content\":\"@text@\",\"reasoning\":\"@text@\"},\"finish_reason\":\"stop\"}],"
                + "\"x_groq\":{\"id\":\"req_1\",\"usage\":{\"prompt_tokens\":3}},\"usage\":{\"prompt_tokens\":4,"
                + "\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":2},\"cost\":0.00012}}",
        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"claude-sonnet-5\",\"content\":[{\"type\":\"text\","
                + "\"text\":\"@text@\"}],\"usage\":{\"input_tokens\":25,\"output_tokens\":1,\"cache_read_input_tokens\":3,"
                + "\"service_tier\":\"batch\",\"iterations\":[{\"model\":\"m\",\"input_tokens\":2}]}}}",
        "{}"
    };

    private static final String[] KEYS = {
        "usage",
        "model",
        "id",
        "response_id",
        "input_tokens",
        "output_tokens",
        "prompt_tokens",
        "completion_tokens",
        "total_tokens",
        "prompt_tokens_details",
        "cached_tokens",
        "completion_tokens_details",
        "reasoning_tokens",
        "choices",
        "delta",
        "content",
        "text",
        "parts",
        "candidates",
        "iterations",
        "cost",
        "total_cost",
        "is_byok",
        "type",
        "usageMetadata",
        "promptTokenCount",
        "promptTokensDetails",
        "modality",
        "tokenCount",
        "serviceTier",
        "service_tier",
        "message",
        "response",
        "result",
        "error",
        "code",
        "done",
        "eval_count",
        "inputTokens",
        "billed_units",
        "seconds",
        "finish_reason",
        "other",
        "usage2",
        "us",
        "",
        "\"usage\"",
        "\\",
        "é",
        "k".repeat(300)
    };

    private static final String[] TEXTS = {
        "a",
        " the",
        "\"",
        "\\",
        "\n",
        "\u0001",
        "/",
        "é",
        "中",
        "😀",
        "{",
        "}",
        "[",
        "]",
        "\":",
        ",",
        "data: ",
        "[DONE]",
        "\"usage\":{\"prompt_tokens\":777,\"completion_tokens\":777}",
        "{\"model\":\"decoy\"}",
        "\\u0022usage",
        "x".repeat(40),
        "TEXT",
        "batch",
        "message_stop",
        "0"
    };

    private final SplittableRandom random;

    FuzzAnswers(SplittableRandom random) {
        this.random = random;
    }

    /** Documents that resemble each other, as those of a stream do, or not. */
    List<String> documents() {
        List<String> documents = new ArrayList<>();
        String usual = document();
        for (int i = random.nextInt(6); i >= 0; i--) {
            if (random.nextInt(4) == 0) {
                usual = document();
            }
            documents.add(Pattern.compile(TEXT)
                    .matcher(usual)
                    .replaceAll(event -> Matcher.quoteReplacement(escaped(text()))));
        }
        return documents;
    }

    private String document() {
        return random.nextInt(3) == 0 ? "{" + members(0) + "}" : EVENTS[random.nextInt(EVENTS.length)];
    }

    private String members(int depth) {
        StringBuilder members = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            members.append(blank())
                    .append(string(KEYS[random.nextInt(KEYS.length)]))
                    .append(blank())
                    .append(':')
                    .append(blank())
                    .append(value(depth + 1))
                    .append(blank())
                    .append(i > 1 ? "," : "");
        }
        return members.toString();
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 6 ? 8 : 14)) {
            case 0 -> "null";
            case 1 -> Boolean.toString(random.nextBoolean());
            case 2, 3, 4 -> Long.toString(random.nextLong(-3, 100_000));
            case 5 -> number();
            case 6, 7 -> random.nextInt(3) == 0 ? "\"" + TEXT + "\"" : string(text());
            case 8, 9, 10, 11 -> "{" + members(depth) + "}";
            default -> {
                StringBuilder array = new StringBuilder("[" + blank());
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.append(value(depth + 1)).append(blank()).append(i > 1 ? "," + blank() : "");
                }
                yield array.append(']').toString();
            }
        };
    }

    private String number() {
        String[] numbers = {
            "0.5",
            "-0",
            "1e3",
            "1E-7",
            "12345678901234567890",
            "999999999999999999",
            "1000000000000000000",
            "1e999999999",
            "-1.5e-999999999",
            "0.1".repeat(1),
            "9".repeat(250),
            "9".repeat(300),
            "1.0",
            "100e-2",
            "4294967296"
        };
        return numbers[random.nextInt(numbers.length)];
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(TEXTS[random.nextInt(TEXTS.length)]);
        }
        return text.toString();
    }

    private String string(String text) {
        return '"' + escaped(text) + '"';
    }

    /** A text in JSON, with some characters escaped that need not be. */
    String escaped(String text) {
        StringBuilder json = new StringBuilder();
        int often = random.nextInt(3) == 0 ? 4 : 1_000;
        text.codePoints().forEach(c -> {
            if (c == '\n' && random.nextBoolean()) {
                json.append("\\n");
            } else if (c < ' ' || random.nextInt(often) == 0) {
                for (char unit : Character.toChars(c)) {
                    String hexadecimal = Integer.toHexString(0x10000 | unit).substring(1);
                    json.append("\\u")
                            .append(random.nextBoolean() ? hexadecimal : hexadecimal.toUpperCase(Locale.ROOT));
                }
            } else if (c == '"' || c == '\\' || (c == '/' && random.nextBoolean())) {
                json.append('\\').appendCodePoint(c);
            } else {
                json.appendCodePoint(c);
            }
        });
        return json.toString();
    }

    private String blank() {
        return random.nextInt(6) == 0 ? " \n\t".substring(random.nextInt(3)) : "";
    }

    /** Lines of JSON, an array of it, or one document behind the other. */
    byte[] json(List<String> documents) {
        String blank = blank();
        String all =
                switch (random.nextInt(3)) {
                    case 0 -> String.join("\n", documents);
                    case 1 -> String.join(blank, documents);
                    default -> "[" + blank + String.join("," + blank, documents) + "]";
                };
        return bytes(blank + all + blank());
    }

    /** The documents as server-sent events. */
    byte[] events(List<String> documents, boolean done) {
        String end = random.nextInt(3) == 0 ? "\r\n" : "\n";
        StringBuilder events = new StringBuilder();
        for (String document : documents) {
            if (random.nextInt(3) == 0) {
                events.append(random.nextBoolean() ? "event: data" : ": usage").append(end);
            }
            events.append(random.nextBoolean() ? "data: " : "data:");
            // a line break in the document is one between two fields of the same event
            events.append(document.replace("\n", end + "data: ")).append(end).append(end);
        }
        return bytes(events + (done ? "data: [DONE]" + end + end : ""));
    }

    /** The documents as Amazon's binary events, each of them as it is or wrapped. */
    byte[] frames(List<String> documents) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (String document : documents) {
            byte[] header = "header".repeat(random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
            byte[] payload = bytes(random.nextBoolean() ? document : wrapped(document));
            frames.writeBytes(ByteBuffer.allocate(12)
                    .putInt(12 + header.length + payload.length + 4)
                    .putInt(header.length)
                    .putInt(random.nextInt())
                    .array());
            frames.writeBytes(header);
            frames.writeBytes(payload);
            frames.writeBytes(new byte[4]);
        }
        return frames.toByteArray();
    }

    /** The document in base64, inside another. */
    String wrapped(String document) {
        String base64 = Base64.getEncoder().encodeToString(bytes(document));
        return "{\"bytes\":\"" + (random.nextBoolean() ? base64.replace("/", "\\/") : base64) + "\",\"p\":\"ab\"}";
    }

    /** With a few bytes changed, doubled, left out or moved. */
    byte[] damaged(byte[] answer) {
        byte[] alphabet = bytes("{}[]\",:\\u0041tfn1-.e \n\rdata:é\0");
        byte[] damaged = answer;
        for (int i = random.nextInt(4); i >= 0 && damaged.length > 0; i--) {
            int at = random.nextInt(damaged.length);
            int length = Math.min(1 + random.nextInt(20), damaged.length - at);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(damaged, 0, at);
            switch (random.nextInt(4)) {
                case 0 -> out.write(alphabet[random.nextInt(alphabet.length)]);
                case 1 -> out.write(damaged, random.nextInt(damaged.length - length + 1), length);
                case 2 -> at += length;
                default -> out.write(damaged[at++] ^ 1 << random.nextInt(8));
            }
            out.write(damaged, at, damaged.length - at);
            damaged = out.toByteArray();
        }
        return damaged;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
