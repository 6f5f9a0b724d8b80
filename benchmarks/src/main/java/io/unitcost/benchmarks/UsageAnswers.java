package io.unitcost.benchmarks;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Answers as OpenAI sends them: one body of 3 KB, and streams of 300 events with their usage in an event of its own. */
final class UsageAnswers {

    static final int EVENTS = 300;

    static final int INPUT = 1_117;
    static final int OUTPUT = 446;

    /** An escape or a letter that is not ASCII in every tenth word. */
    private static final String[] WORDS = {
        " the",
        " of",
        " model",
        " a",
        " tokens",
        ",",
        " request",
        " and",
        ".",
        " that",
        " price",
        " answer",
        " is",
        " for",
        " cached",
        " with",
        " provider",
        " in",
        " 12",
        " it",
        " stream",
        " to",
        " which",
        " counts",
        " both",
        " bill",
        " or",
        "\\n\\n",
        " \\\"unit\\\"",
        " café"
    };

    private static final String USAGE = "{\"prompt_tokens\":" + INPUT + ",\"completion_tokens\":" + OUTPUT
            + ",\"total_tokens\":" + (INPUT + OUTPUT)
            + ",\"prompt_tokens_details\":{\"cached_tokens\":1024,\"audio_tokens\":0},\"completion_tokens_details\":"
            + "{\"reasoning_tokens\":192,\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}";

    private UsageAnswers() {}

    /** A chat completion of about 3 KB, most of it text, with the usage last. */
    static byte[] body() {
        return bytes(
                "{\"id\":\"chatcmpl-BJf2dNOQXlTcV4E8nRW4b6cpZrLqm\",\"object\":\"chat.completion\",\"created\":1763683200,"
                        + "\"model\":\"gpt-4o-2024-08-06\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                        + text(2_360)
                        + "\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                        + "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_a288987b44\",\"usage\":" + USAGE
                        + "}");
    }

    /** The same with a line for each member, as OpenAI sets it. */
    static byte[] indentedBody() {
        String plain = new String(body(), StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder();
        int depth = 0;
        boolean inString = false;
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            inString ^= c == '"' && plain.charAt(i - 1) != '\\';
            depth -= !inString && (c == '}' || c == ']') ? 1 : 0;
            if (!inString && (c == '}' || c == ']')) {
                text.append('\n').append("  ".repeat(depth));
            }
            text.append(c);
            depth += !inString && (c == '{' || c == '[') ? 1 : 0;
            if (!inString && (c == '{' || c == '[' || c == ',')) {
                text.append('\n').append("  ".repeat(depth));
            } else if (!inString && c == ':') {
                text.append(' ');
            }
        }
        return bytes(text.toString());
    }

    /** The events of a chat stream of 60 KB, a word each; then usage, then the end. */
    static byte[][] chat() {
        SplittableRandom random = new SplittableRandom(2);
        List<byte[]> events = new ArrayList<>();
        for (int i = 0; i < EVENTS - 2; i++) {
            events.add(chat("[{\"index\":0,\"delta\":{\"content\":\"" + word(random) + "\"}}]", "null"));
        }
        events.add(chat("[]", USAGE));
        events.add(bytes("data: [DONE]\n\n"));
        return events.toArray(byte[][]::new);
    }

    private static byte[] chat(String choices, String usage) {
        return bytes(
                "data: {\"id\":\"chatcmpl-BJf2dNOQXlTcV4E8n\",\"object\":\"chat.completion.chunk\",\"created\":1763683200,"
                        + "\"model\":\"gpt-5-mini\",\"system_fingerprint\":\"fp_a288\","
                        + "\"choices\":" + choices + ",\"usage\":" + usage + "}\n\n");
    }

    /** The deltas of a stream of OpenAI's responses: each has another number in front of its text. */
    static byte[][] responses() {
        SplittableRandom random = new SplittableRandom(3);
        byte[][] events = new byte[EVENTS][];
        for (int i = 0; i < EVENTS; i++) {
            events[i] = bytes("event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
                    + "\"sequence_number\":" + (i + 4) + ",\"item_id\":\"msg_6876cf62f66c8\",\"output_index\":0,"
                    + "\"content_index\":0,\"delta\":\"" + word(random) + "\",\"logprobs\":[]}\n\n");
        }
        return events;
    }

    static byte[] joined(byte[][] events) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] event : events) {
            all.writeBytes(event);
        }
        return all.toByteArray();
    }

    private static String text(int length) {
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(word(random));
        }
        return text.toString();
    }

    private static String word(SplittableRandom random) {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
