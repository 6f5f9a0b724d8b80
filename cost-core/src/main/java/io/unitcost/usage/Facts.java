package io.unitcost.usage;

import static io.unitcost.usage.Field.*;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an answer has said so far. A later value replaces an earlier one, field by field: counts in streams are
 * cumulative, and a field that is missing or null leaves what was known. Of fixed size, but for the lines of an
 * answer that several models worked on, which are bounded.
 */
final class Facts implements JsonScanner.Sink {

    private static final int USUAL_FIELDS = 8;
    private static final int TEXTS = ERROR_TYPE.ordinal() + 1;
    private static final long ABSENT = Long.MIN_VALUE;
    private static final int MOST_ITERATIONS = 64;
    private static final int MOST_DIGITS = 40;
    private static final Set<Field> ITERATION_FIELDS =
            EnumSet.range(ITERATION_INPUT_TOKENS, ITERATION_CACHE_WRITE_1H_TOKENS);

    /** What is not a count of whole things. */
    private static final Set<Field> MAY_BE_BROKEN = EnumSet.of(COST, UPSTREAM_COST, GATEWAY_COST, SECONDS);

    /** Which fields were seen, and their numbers beside them: a dozen of a hundred in most answers. */
    private byte[] fields = new byte[USUAL_FIELDS];

    private long[] numbers = new long[USUAL_FIELDS];
    private int seen;
    /** What is no whole number, by field. */
    private @Nullable Map<Field, BigDecimal> decimals;

    /** What answers said last, field by field: most say the same again, in every event and in the next answer. */
    private static final @Nullable String[] LAST = new @Nullable String[TEXTS];

    private final @Nullable String[] texts = new @Nullable String[TEXTS];

    /** Tokens by part and modality of Gemini's details, which come as lists. */
    private long @Nullable [][] details;

    private boolean detailsAreOld = true;
    private List<Iteration> iterations = List.of();
    private boolean iterationsAreOld = true;

    private int usages;
    private int choices;
    private int choicesOfDocument;
    private int errors;
    private int documents;
    private boolean finished;
    private final TextVolume.Counter volume = new TextVolume.Counter();
    private final @Nullable TextSample sample;

    /**
     * Nothing is known yet.
     *
     * @param sampled whether the beginning of the text is kept
     */
    Facts(boolean sampled) {
        this.sample = sampled ? new TextSample() : null;
    }

    /** One of the models that worked on an answer, in its own counts. */
    record Iteration(
            @Nullable String model, long input, long output, long read, long written, long written5m, long written1h) {}

    /** What a token stood for. */
    enum Modality {
        TEXT,
        AUDIO,
        IMAGE,
        VIDEO
    }

    @Override
    public void number(Field field, byte[] text, int length) {
        long value = whole(text, length);
        if (value != ABSENT) {
            set(field, value);
            return;
        }
        try {
            BigDecimal decimal = new BigDecimal(new String(text, 0, length, StandardCharsets.US_ASCII));
            boolean possible = isReasonable(decimal)
                    && decimal.precision() - decimal.scale() <= 18
                    && (MAY_BE_BROKEN.contains(field)
                            || decimal.stripTrailingZeros().scale() <= 0);
            set(field, possible ? decimal.longValue() : -1);
            if (isReasonable(decimal)) {
                decimals = decimals == null ? new EnumMap<>(Field.class) : decimals;
                decimals.put(field, decimal);
            }
        } catch (NumberFormatException e) {
            set(field, -1);
        }
    }

    @Override
    public void count(Field field, long value) {
        set(field, value);
    }

    @Override
    public void text(Field field, byte[] bytes, int from, int length) {
        int i = field.ordinal();
        if (i >= TEXTS) {
            return; // a text in the place of a number is none
        }
        if (!is(texts[i], bytes, from, length)) {
            String last = LAST[i];
            String text = last != null && is(last, bytes, from, length)
                    ? last
                    : new String(bytes, from, length, StandardCharsets.UTF_8);
            texts[i] = text;
            if (field != RESPONSE_ID && field != DOCUMENT_ANNOTATION) {
                // threads may overwrite each other's: all of them are right
                LAST[i] = text;
            }
            finished |= field == EVENT_TYPE && isTerminal(text);
        }
    }

    /** Whether the bytes are this text; only ASCII is compared. */
    private static boolean is(@Nullable String text, byte[] bytes, int from, int length) {
        if (text == null || text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void flag(Field field, boolean value) {
        set(field, value ? 1 : 0);
        if (field == DONE && value) {
            finished = true;
        }
    }

    @Override
    public void leave(Field field) {
        switch (field) {
            case USAGE -> {
                usages++;
                detailsAreOld = true;
                iterationsAreOld = true;
            }
            case CHOICE -> choicesOfDocument++;
            case STREAM_OPTIONS, ANNOTATION_FORMAT, CACHE_CREATION -> set(field, 1);
            case ERROR -> errors++;
            case ITERATION -> iteration();
            case PROMPT_DETAIL -> detail(0);
            case CANDIDATES_DETAIL -> detail(1);
            case CACHE_DETAIL -> detail(2);
            case TOOL_DETAIL -> detail(3);
            default -> {
                // values are told by the other methods
            }
        }
    }

    @Override
    public void content(int oneByte, int twoBytes, int threeBytes, int fourBytes) {
        volume.add(oneByte, twoBytes, threeBytes, fourBytes);
    }

    @Override
    public boolean wantsSample() {
        return sample != null;
    }

    @Override
    public void sample(byte[] bytes, int from, int to) {
        if (sample != null) {
            sample.add(bytes, from, to);
        }
    }

    @Override
    public void wrapped(byte[] bytes, int from, int to) {
        // only the reader of an event stream expects a document in base64
    }

    @Override
    public void unwrapped() {}

    @Override
    public void document() {
        documents++;
        choices = Math.max(choices, choicesOfDocument);
        choicesOfDocument = 0;
    }

    /** The stream said by other means than JSON that it is complete. */
    void finish() {
        finished = true;
    }

    boolean has(Field field) {
        return slot(field) >= 0;
    }

    /** The number, or 0 where nothing was said. */
    long number(Field field) {
        int slot = slot(field);
        return slot < 0 ? 0 : numbers[slot];
    }

    @Nullable
    BigDecimal decimal(Field field) {
        if (!has(field)) {
            return null;
        }
        BigDecimal decimal = decimals == null ? null : decimals.get(field);
        return decimal != null ? decimal : BigDecimal.valueOf(number(field));
    }

    private void set(Field field, long value) {
        int slot = slot(field);
        if (slot < 0) {
            if (seen == fields.length) {
                fields = Arrays.copyOf(fields, seen * 2);
                numbers = Arrays.copyOf(numbers, seen * 2);
            }
            slot = seen++;
            fields[slot] = (byte) field.ordinal();
        }
        numbers[slot] = value;
        if (decimals != null) {
            decimals.remove(field);
        }
    }

    private void forget(Field field) {
        int slot = slot(field);
        if (slot >= 0) {
            seen--;
            fields[slot] = fields[seen];
            numbers[slot] = numbers[seen];
        }
    }

    private int slot(Field field) {
        byte ordinal = (byte) field.ordinal();
        for (int i = 0; i < seen; i++) {
            if (fields[i] == ordinal) {
                return i;
            }
        }
        return -1;
    }

    @Nullable
    String text(Field field) {
        return texts[field.ordinal()];
    }

    /** Tokens of Gemini's details: 0 prompt, 1 candidates, 2 cache, 3 tool use. */
    long detail(int part, Modality modality) {
        return details == null ? 0 : details[part][modality.ordinal()];
    }

    List<Iteration> iterations() {
        return iterations;
    }

    /** Whether an object with usage in it was seen, whatever it said. */
    boolean hasUsage() {
        return usages > 0 || has(PROMPT_EVAL_COUNT) || has(EVAL_COUNT);
    }

    /** How many whole documents there were. */
    int documents() {
        return documents;
    }

    /** By the provider's word for it, or because it said why it stopped and then what it used. */
    boolean isFinished() {
        return finished || has(BEDROCK_OUTPUT_TOKENS) || (texts[FINISH_REASON.ordinal()] != null && hasUsage());
    }

    int choices() {
        return Math.max(choices, choicesOfDocument);
    }

    int errors() {
        return errors;
    }

    /** The text so far. */
    SeenText seen() {
        return volume.isEmpty() ? SeenText.NONE : new SeenText(volume.volume(), sample == null ? "" : sample.text());
    }

    boolean hasText() {
        return !volume.isEmpty();
    }

    /** A number of which sums can be made: {@code 1e999999999} fills the memory when something is added to it. */
    private static boolean isReasonable(BigDecimal decimal) {
        return Math.abs((long) decimal.scale()) <= MOST_DIGITS && decimal.precision() <= MOST_DIGITS;
    }

    private void detail(int part) {
        if (detailsAreOld || details == null) {
            details = new long[4][Modality.values().length];
            detailsAreOld = false;
        }
        String modality = text(MODALITY);
        if (modality != null && has(MODALITY_TOKENS)) {
            details[part][modality(modality).ordinal()] += number(MODALITY_TOKENS);
        }
        texts[MODALITY.ordinal()] = null;
        forget(MODALITY_TOKENS);
    }

    /** Documents are counted as pictures, by Google's rule. */
    private static Modality modality(String name) {
        return switch (name) {
            case "AUDIO" -> Modality.AUDIO;
            case "VIDEO" -> Modality.VIDEO;
            case "IMAGE", "DOCUMENT" -> Modality.IMAGE;
            default -> Modality.TEXT;
        };
    }

    private void iteration() {
        if (iterationsAreOld) {
            iterations = new ArrayList<>();
            iterationsAreOld = false;
        }
        if (iterations.size() < MOST_ITERATIONS) {
            iterations.add(new Iteration(
                    text(ITERATION_MODEL),
                    number(ITERATION_INPUT_TOKENS),
                    number(ITERATION_OUTPUT_TOKENS),
                    number(ITERATION_CACHE_READ_TOKENS),
                    number(ITERATION_CACHE_WRITE_TOKENS),
                    number(ITERATION_CACHE_WRITE_5M_TOKENS),
                    number(ITERATION_CACHE_WRITE_1H_TOKENS)));
        }
        ITERATION_FIELDS.forEach(this::forget);
        texts[ITERATION_MODEL.ordinal()] = null;
    }

    /** Anthropic, OpenAI's responses, Cohere. */
    private static boolean isTerminal(@Nullable String type) {
        return "message_stop".equals(type)
                || "response.completed".equals(type)
                || "response.incomplete".equals(type)
                || "response.failed".equals(type)
                || "response.done".equals(type)
                || "message-end".equals(type)
                || "stream-end".equals(type);
    }

    /** A whole number that fits, or {@link #ABSENT}. */
    private static long whole(byte[] text, int length) {
        int start = text[0] == '-' ? 1 : 0;
        if (length - start > 18 || length == start) {
            return ABSENT;
        }
        long value = 0;
        for (int i = start; i < length; i++) {
            if (text[i] < '0' || text[i] > '9') {
                return ABSENT;
            }
            value = value * 10 + text[i] - '0';
        }
        return start == 1 ? -value : value;
    }
}
