package io.unitcost.samples.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes out, in one piece or, as a stream, in several.
 *
 * @param bill for all of it, {@code null} for what nobody is billed for
 * @param words of a stream, of which each is a piece
 * @param leading pieces before the first word
 */
record Reply(
        int status,
        String type,
        List<byte[]> pieces,
        @Nullable Bill bill,
        List<String> words,
        int leading) {

    static final int OK = 200;

    static Reply json(int status, String body, @Nullable Bill bill) {
        return new Reply(status, "application/json", List.of(bytes(body)), bill, List.of(), 0);
    }

    static Reply error(int status, Format format, String message) {
        return json(status, format.error(status, message), null);
    }

    static Reply answer(Format format, Asked asked, Answer answer) {
        Bill bill = format.bill(asked, answer);
        if (!asked.isStream()) {
            return json(OK, format.body(asked, answer), bill);
        }
        List<byte[]> pieces =
                format.events(asked, answer).stream().map(Reply::bytes).toList();
        List<String> words = answer.tool() == null ? Format.words(answer.text()) : List.of();
        return new Reply(OK, "text/event-stream", pieces, bill, words, format.leadingEvents());
    }

    /** What is billed when the connection breaks after this many pieces. */
    @Nullable
    Bill billAfter(int sent) {
        if (bill == null || sent == pieces.size()) {
            return bill;
        }
        // without words it is an answer in one piece, or a tool's arguments: generated before the first byte went out
        return words.isEmpty()
                ? bill.broken()
                : bill.brokenAfter(words.subList(0, Math.max(0, Math.min(sent - leading, words.size()))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
