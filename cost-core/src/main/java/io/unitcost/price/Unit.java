package io.unitcost.price;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is counted: input tokens, cached input tokens, seconds of audio, requests, bytes.
 *
 * <p>A unit is a set of dimensions: a family (tokens, durations, requests…) and, where they apply, a direction, a
 * modality, a kind (cache read, cache write, reasoning…) and a cache time-to-live. A unit with fewer of the same
 * dimensions is an <em>ancestor</em>: {@link #INPUT_TOKENS} is an ancestor of {@link #CACHE_READ_TOKENS}, which is an
 * ancestor of {@code cache_audio_read_tokens}. Counts are inclusive: an ancestor's count contains its descendants'.
 *
 * <p>A unit may have <em>qualifiers</em> behind a slash, for what providers price by size, quality or effort:
 * {@code output_images/hd/1024x1024}, {@code web_searches/high}. It is contained in the same unit with fewer of them; their
 * order does not matter.
 *
 * <p>Names and dimensions follow the unit registry of genai-prices (Pydantic), the only published one; ours adds images,
 * sessions, storage, bytes and accelerator time.
 */
public final class Unit {

    /** All tokens of the prompt, cached ones included. */
    public static final Unit INPUT_TOKENS;

    /** All generated tokens, reasoning included. */
    public static final Unit OUTPUT_TOKENS;

    /** Input tokens read from a prompt cache; contained in {@link #INPUT_TOKENS}. */
    public static final Unit CACHE_READ_TOKENS;

    /** Input tokens written to a prompt cache, any time-to-live; contained in {@link #INPUT_TOKENS}. */
    public static final Unit CACHE_WRITE_TOKENS;

    /** Input tokens written to a cache for five minutes; contained in {@link #CACHE_WRITE_TOKENS}. */
    public static final Unit CACHE_WRITE_5M_TOKENS;

    /** Input tokens written to a cache for one hour; contained in {@link #CACHE_WRITE_TOKENS}. */
    public static final Unit CACHE_WRITE_1H_TOKENS;

    /** Generated tokens of hidden reasoning; contained in {@link #OUTPUT_TOKENS}. */
    public static final Unit REASONING_TOKENS;

    /** Audio tokens of the prompt; contained in {@link #INPUT_TOKENS}. */
    public static final Unit INPUT_AUDIO_TOKENS;

    /** Generated audio tokens; contained in {@link #OUTPUT_TOKENS}. */
    public static final Unit OUTPUT_AUDIO_TOKENS;

    /** Calls of a service, whatever their size: the unit of vector reads and of per-request fees. */
    public static final Unit REQUESTS;

    /** What a provider said an answer costs, as a whole; the line of a charge that has no other. */
    public static final Unit REPORTED;

    /** A contract's fixed amount for an attempt; a line of a charge, never of a usage. */
    public static final Unit FEE;

    /** Bytes moved, for egress. */
    public static final Unit BYTES;

    /** Seconds on an accelerator of one's own, counted to the nanosecond. */
    public static final Unit ACCELERATOR_SECONDS;

    private static final Pattern CUSTOM_NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final String WORDS = "s?[^a-z0-9]+|s$";
    private static final String CUSTOM_PREFIX = "custom:";
    private static final Pattern QUALIFIER = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,31}");
    private static final int MAX_QUALIFIERS = 4;
    private static final int INTERNED = 1_000;

    /** Units that are not in the registry, by name, so that most of them are one object each. */
    private static final Map<String, Unit> OPEN = new ConcurrentHashMap<>();

    private static final Map<String, Unit> BY_NAME;
    private static final long TOKENS;

    private final String name;
    private final String label;
    private final long dimensions;
    private final int decimals;
    private final Set<String> qualifiers;

    private Unit(String name, String label, long dimensions, int decimals, Set<String> qualifiers) {
        this.name = name;
        this.label = label;
        this.dimensions = dimensions;
        this.decimals = decimals;
        this.qualifiers = qualifiers;
    }

    /**
     * The unit of this name: a standard one such as {@code input_tokens}, one with qualifiers such as
     * {@code output_images/hd/1024x1024}, or {@code custom:NAME}.
     *
     * @throws IllegalArgumentException if there is no such unit; the message lists the nearest names
     */
    public static Unit of(String name) {
        Unit known = BY_NAME.get(name);
        if (known != null) {
            return known;
        }
        if (name.startsWith(CUSTOM_PREFIX)) {
            return custom(name.substring(CUSTOM_PREFIX.length()));
        }
        Unit open = OPEN.get(name);
        if (open != null) {
            return open;
        }
        int slash = name.indexOf('/');
        if (slash > 0) {
            return of(name.substring(0, slash))
                    .qualified(name.substring(slash + 1).split("/", -1));
        }
        throw new IllegalArgumentException("unit: there is no unit '" + name + "'; use " + nearest(name)
                + ", or 'custom:" + (CUSTOM_NAME.matcher(name).matches() ? name : "my_unit")
                + "' for a unit of your own");
    }

    /**
     * A unit of one's own, counted in whole numbers, unrelated to every other unit. Custom units with the same name are
     * equal.
     *
     * @param name lower-case letters, digits and {@code _}, starting with a letter, at most 63 characters
     * @throws IllegalArgumentException if the name is not of that form
     */
    public static Unit custom(String name) {
        if (!CUSTOM_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("custom unit: '" + name
                    + "' is not a name of lower-case letters, digits and _ that starts with a letter");
        }
        Unit known = OPEN.get(CUSTOM_PREFIX + name);
        return known != null ? known : interned(new Unit(CUSTOM_PREFIX + name, name, 0, 0, Set.of()));
    }

    /**
     * This unit with qualifiers added, such as a size and a quality. Its count is contained in this unit's count, and
     * it is charged at this unit's price where it has none of its own.
     *
     * @param more lower-case letters, digits and {@code _ . -}, at most 32 characters; at most 4 in all
     * @throws IllegalArgumentException if a qualifier is not of that form, or this is a custom unit
     */
    public Unit qualified(String... more) {
        TreeSet<String> all = new TreeSet<>(qualifiers);
        for (String qualifier : more) {
            if (!QUALIFIER.matcher(qualifier).matches()) {
                throw new IllegalArgumentException(
                        "unit " + name + ": '" + qualifier
                                + "' is not a qualifier; use up to 32 lower-case letters, digits and _ . -, like 'hd' or '1024x1024'");
            }
            all.add(qualifier);
        }
        if (dimensions == 0 || all.size() > MAX_QUALIFIERS) {
            throw new IllegalArgumentException("unit " + name + " cannot have the qualifiers " + all + "; use at most "
                    + MAX_QUALIFIERS + ", on a standard unit");
        }
        int slash = name.indexOf('/');
        String full = (slash < 0 ? name : name.substring(0, slash)) + '/' + String.join("/", all);
        Unit known = OPEN.get(full);
        return known != null ? known : interned(new Unit(full, label, dimensions, decimals, all));
    }

    /** Bounded, because names of units may come with requests: beyond the bound equal units are different objects. */
    private static Unit interned(Unit created) {
        return OPEN.size() < INTERNED
                ? Objects.requireNonNullElse(OPEN.putIfAbsent(created.name, created), created)
                : created;
    }

    /** All standard units. */
    public static Collection<Unit> standard() {
        return BY_NAME.values();
    }

    /** The name in files, ledgers and messages, such as {@code cache_read_tokens}. */
    public String unitName() {
        return name;
    }

    /**
     * The short name for people and metric tags: {@code input}, {@code cache_read}, {@code cache_write},
     * {@code output}, {@code reasoning}, {@code input_audio}, {@code requests}…
     */
    public String label() {
        return label;
    }

    /**
     * Decimal places that a count of this unit can have: 9 for seconds (counted to the nanosecond) and gigabyte-days
     * (counted to the byte), 0 for everything that comes in whole numbers.
     */
    public int decimals() {
        return decimals;
    }

    /** Whether this counts tokens, of whatever direction, modality and kind. */
    public boolean isTokens() {
        return (dimensions & TOKENS) != 0;
    }

    /** Whether this counts seconds, so that a price per minute or hour makes sense. */
    boolean isTime() {
        return decimals > 0 && !name.startsWith("storage_gb_days");
    }

    /** How specific this unit is: a unit never contains one of the same or a lower rank. */
    int rank() {
        return Long.bitCount(dimensions) + qualifiers.size();
    }

    /** Whether there may be equal units that are other objects: custom ones and those with qualifiers. */
    boolean isOpen() {
        return dimensions == 0 || !qualifiers.isEmpty();
    }

    /** Whether an inclusive count of this unit contains the other unit's count. Not of itself. */
    public boolean contains(Unit other) {
        if ((other.dimensions & dimensions) != dimensions || dimensions == 0) {
            return false;
        }
        return qualifiers.isEmpty()
                ? dimensions != other.dimensions || !other.qualifiers.isEmpty()
                : other.qualifiers.containsAll(qualifiers)
                        && (dimensions != other.dimensions || qualifiers.size() != other.qualifiers.size());
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return this == o || (o instanceof Unit other && name.equals(other.name));
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }

    private static String nearest(String name) {
        Set<String> words =
                new HashSet<>(Arrays.asList(name.toLowerCase(Locale.ROOT).split(WORDS)));
        return BY_NAME.keySet().stream()
                .sorted(Comparator.comparingLong((String candidate) -> -Arrays.stream(candidate.split(WORDS))
                                .filter(words::contains)
                                .count())
                        .thenComparingInt(String::length)
                        .thenComparing(Comparator.naturalOrder()))
                .limit(5)
                .collect(Collectors.joining(", ", "one of ", ""));
    }

    /** Builds the registry from its dimensions, so that no name can disagree with what it means. */
    private static final class Registry {
        private static final String[] MODALITIES = {"text", "audio", "image", "video"};
        private final Map<String, Long> bits = new HashMap<>();
        private final Map<String, Unit> byName = new HashMap<>();

        Unit add(String name, String label, int decimals, String... dims) {
            long set = 0;
            for (String dim : dims) {
                Long bit = bits.computeIfAbsent(dim, d -> 1L << bits.size());
                set |= bit;
            }
            Unit unit = new Unit(name, label, set, decimals, Set.of());
            byName.put(name, unit);
            return unit;
        }

        void tokens() {
            add("input_tokens", "input", 0, "tokens", "input");
            add("output_tokens", "output", 0, "tokens", "output");
            add("cache_read_tokens", "cache_read", 0, "tokens", "input", "cache_read");
            add("cache_write_tokens", "cache_write", 0, "tokens", "input", "cache_write");
            add("cache_write_5m_tokens", "cache_write", 0, "tokens", "input", "cache_write", "5m");
            add("cache_write_1h_tokens", "cache_write", 0, "tokens", "input", "cache_write", "1h");
            add("input_tool_tokens", "input_tool", 0, "tokens", "input", "tool");
            add("output_reasoning_tokens", "reasoning", 0, "tokens", "output", "reasoning");
            add("output_citation_tokens", "citation", 0, "tokens", "output", "citation");
            for (String m : MODALITIES) {
                add("input_" + m + "_tokens", "input_" + m, 0, "tokens", "input", m);
                add("output_" + m + "_tokens", "output_" + m, 0, "tokens", "output", m);
                add("cache_" + m + "_read_tokens", "cache_read_" + m, 0, "tokens", "input", m, "cache_read");
                String write = "cache_write_" + m;
                add("cache_" + m + "_write_tokens", write, 0, "tokens", "input", m, "cache_write");
                add("cache_" + m + "_write_5m_tokens", write, 0, "tokens", "input", m, "cache_write", "5m");
                add("cache_" + m + "_write_1h_tokens", write, 0, "tokens", "input", m, "cache_write", "1h");
                add("input_" + m + "_tool_tokens", "input_tool_" + m, 0, "tokens", "input", m, "tool");
                add("output_" + m + "_reasoning_tokens", "reasoning_" + m, 0, "tokens", "output", m, "reasoning");
                add("output_" + m + "_citation_tokens", "citation_" + m, 0, "tokens", "output", m, "citation");
            }
        }

        void others() {
            plain("input_characters", "characters", "input");
            plain("output_characters", "characters", "output");
            plain("input_text_messages", "messages", "input", "text");
            seconds("audio_seconds", "durations", "audio");
            seconds("input_audio_seconds", "durations", "audio", "input");
            seconds("output_audio_seconds", "durations", "audio", "output");
            seconds("input_video_seconds", "durations", "video", "input");
            seconds("output_video_seconds", "durations", "video", "output");
            seconds("accelerator_seconds", "accelerator");
            plain("input_images", "images", "input");
            plain("output_images", "images", "output");
            plain("input_pixels", "pixels", "input");
            plain("output_pixels", "pixels", "output");
            plain("input_document_pages", "document_pages", "input");
            plain("input_annotated_document_pages", "document_pages", "input", "annotated");
            plain("rerank_searches", "rerank");
            plain("tool_calls", "tool_calls");
            plain("web_searches", "tool_calls", "web_search");
            plain("social_searches", "tool_calls", "social_search");
            plain("storage_searches", "tool_calls", "storage_search");
            plain("code_executions", "tool_calls", "code_execution");
            plain("sessions", "sessions");
            add("storage_gb_days", "storage", 9, "storage");
            plain("cache_storage_token_hours", "cache_storage");
            plain("requests", "requests");
            plain("bytes", "bytes");
            plain("reported", "reported");
            plain("fee", "fee");
        }

        private void plain(String name, String... dims) {
            add(name, name, 0, dims);
        }

        private void seconds(String name, String... dims) {
            add(name, name.replace("_seconds", ""), 9, dims);
        }
    }

    static {
        Registry registry = new Registry();
        registry.tokens();
        registry.others();
        BY_NAME = Map.copyOf(registry.byName);
        TOKENS = Objects.requireNonNull(registry.bits.get("tokens"));
        INPUT_TOKENS = standard("input_tokens");
        OUTPUT_TOKENS = standard("output_tokens");
        CACHE_READ_TOKENS = standard("cache_read_tokens");
        CACHE_WRITE_TOKENS = standard("cache_write_tokens");
        CACHE_WRITE_5M_TOKENS = standard("cache_write_5m_tokens");
        CACHE_WRITE_1H_TOKENS = standard("cache_write_1h_tokens");
        REASONING_TOKENS = standard("output_reasoning_tokens");
        INPUT_AUDIO_TOKENS = standard("input_audio_tokens");
        OUTPUT_AUDIO_TOKENS = standard("output_audio_tokens");
        REQUESTS = standard("requests");
        REPORTED = standard("reported");
        FEE = standard("fee");
        BYTES = standard("bytes");
        ACCELERATOR_SECONDS = standard("accelerator_seconds");
    }

    private static Unit standard(String name) {
        return Objects.requireNonNull(BY_NAME.get(name), name);
    }
}
