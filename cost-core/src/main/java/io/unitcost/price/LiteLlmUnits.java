package io.unitcost.price;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What LiteLLM's cost keys count. Most say it; some mean different things in different modes: {@code input_cost_per_image}
 * is the price of an image that is <em>made</em> in mode {@code image_generation}.
 *
 * <p>Where an entry states one price twice, per token and per image, LiteLLM charges by tokens when the provider reports
 * them. So do we, and the other statement is not taken over: charging both would charge twice.
 */
final class LiteLlmUnits {

    private static final Map<String, Unit> PLAIN = Map.ofEntries(
            unit("input_cost_per_token", "input_tokens"),
            unit("output_cost_per_token", "output_tokens"),
            unit("cache_read_input_token_cost", "cache_read_tokens"),
            unit("cache_creation_input_token_cost", "cache_write_tokens"),
            unit("cache_creation_input_token_cost_above_1hr", "cache_write_1h_tokens"),
            unit("output_cost_per_reasoning_token", "output_reasoning_tokens"),
            unit("citation_cost_per_token", "output_citation_tokens"),
            unit("input_cost_per_audio_token", "input_audio_tokens"),
            unit("output_cost_per_audio_token", "output_audio_tokens"),
            unit("input_cost_per_image_token", "input_image_tokens"),
            unit("output_cost_per_image_token", "output_image_tokens"),
            unit("input_cost_per_video_token", "input_video_tokens"),
            unit("output_cost_per_video_token", "output_video_tokens"),
            unit("cache_read_input_audio_token_cost", "cache_audio_read_tokens"),
            unit("cache_creation_input_audio_token_cost", "cache_audio_write_tokens"),
            unit("cache_read_input_image_token_cost", "cache_image_read_tokens"),
            unit("cache_creation_input_image_token_cost", "cache_image_write_tokens"),
            unit("input_cost_per_audio_per_second", "input_audio_seconds"),
            unit("output_cost_per_audio_per_second", "output_audio_seconds"),
            unit("input_cost_per_video_per_second", "input_video_seconds"),
            unit("output_cost_per_video_per_second", "output_video_seconds"),
            unit("input_cost_per_request", "requests"),
            unit("ocr_cost_per_page", "input_document_pages"),
            unit("annotation_cost_per_page", "input_annotated_document_pages"),
            unit("code_interpreter_cost_per_session", "sessions"),
            unit("file_search_cost_per_1k_calls", "storage_searches"),
            unit("file_search_cost_per_gb_per_day", "storage_gb_days"),
            unit("vector_store_cost_per_gb_per_day", "storage_gb_days"));

    private static final String TOKEN_IN = "input_cost_per_token";
    private static final String TOKEN_OUT = "output_cost_per_token";
    private static final String IMAGE_TOKEN_OUT = "output_cost_per_image_token";
    private static final String IMAGE_IN = "input_cost_per_image";
    private static final String IMAGE_OUT = "output_cost_per_image";
    private static final String PIXEL_IN = "input_cost_per_pixel";
    private static final String PIXEL_OUT = "output_cost_per_pixel";
    private static final String SECOND_IN = "input_cost_per_second";
    private static final String SECOND_OUT = "output_cost_per_second";
    private static final Set<String> MAKES_IMAGES = Set.of("image_generation", "image_edit");

    private final String mode;
    private final Map<String, BigDecimal> standard;
    private final boolean makesImages;
    private final boolean byTokens;

    /**
     * @param mode the entry's mode; empty when it has none
     * @param standard the entry's standard prices by base key
     */
    LiteLlmUnits(String mode, Map<String, BigDecimal> standard) {
        this.mode = mode;
        this.standard = standard;
        this.makesImages = MAKES_IMAGES.contains(mode);
        this.byTokens = isPriced(TOKEN_IN) || isPriced(TOKEN_OUT) || isPriced(IMAGE_TOKEN_OUT);
    }

    /**
     * What is counted.
     *
     * @param unit the unit; {@code null} when there is none
     * @param why when there is none, why: the price is stated by another key; {@code null} when the key is unknown
     */
    record Counted(@Nullable Unit unit, @Nullable String why) {

        static Counted in(String unit) {
            return new Counted(Unit.of(unit), null);
        }

        static Counted instead(String what) {
            return new Counted(null, what);
        }
    }

    /** What a base key counts in this entry. */
    Counted of(String base) {
        Unit plain = PLAIN.get(base);
        if (plain != null) {
            return new Counted(plain, null);
        }
        return switch (base) {
            case IMAGE_IN -> inputImage();
            case IMAGE_OUT -> outputImage();
            case PIXEL_IN -> inputPixel();
            case PIXEL_OUT ->
                makesImages && isChargedBy(PIXEL_IN, PIXEL_OUT)
                        ? Counted.instead("charged by " + PIXEL_IN)
                        : Counted.in("output_pixels");
            case SECOND_IN ->
                isChargedBy(SECOND_IN, SECOND_OUT)
                        ? Counted.in(timeOnce())
                        : Counted.instead("charged by " + SECOND_OUT);
            case SECOND_OUT -> outputSecond();
            case "input_cost_per_query" -> Counted.in(mode.equals("rerank") ? "rerank_searches" : "requests");
            case "input_cost_per_character" ->
                isPriced(TOKEN_IN) ? Counted.instead("charged by tokens") : Counted.in("input_characters");
            case "output_cost_per_character" ->
                isPriced(TOKEN_OUT) ? Counted.instead("charged by tokens") : Counted.in("output_characters");
            default -> resolution(base);
        };
    }

    private Counted inputImage() {
        if (!makesImages || standard.containsKey(IMAGE_OUT)) {
            return makesImages && byTokens ? Counted.instead("charged by tokens") : Counted.in("input_images");
        }
        return byTokens ? Counted.instead("charged by tokens") : Counted.in("output_images");
    }

    private Counted outputImage() {
        return makesImages && byTokens ? Counted.instead("charged by tokens") : Counted.in("output_images");
    }

    private Counted inputPixel() {
        if (makesImages && standard.containsKey(IMAGE_IN)) {
            return Counted.instead("charged by " + IMAGE_IN);
        }
        if (makesImages && !isChargedBy(PIXEL_IN, PIXEL_OUT)) {
            return Counted.instead("charged by " + PIXEL_OUT);
        }
        return Counted.in(makesImages ? "output_pixels" : "input_pixels");
    }

    /** Of two statements of one price the one counts that is not zero; the first when both are. */
    private boolean isChargedBy(String first, String second) {
        return standard.containsKey(first) && (isPriced(first) || !isPriced(second));
    }

    private String timeOnce() {
        return mode.equals("audio_transcription") ? "audio_seconds" : "accelerator_seconds";
    }

    private Counted outputSecond() {
        return switch (mode) {
            case "video_generation" -> Counted.in("output_video_seconds");
            case "audio_speech" ->
                standard.containsKey("output_cost_per_audio_token")
                        ? Counted.instead("charged by tokens")
                        : Counted.in("output_audio_seconds");
            default ->
                isChargedBy(SECOND_IN, SECOND_OUT)
                        ? Counted.instead("charged by " + SECOND_IN)
                        : Counted.in(timeOnce());
        };
    }

    /** {@code output_cost_per_second_1080p}: another price at a resolution. */
    private static Counted resolution(String base) {
        for (String video : new String[] {"output_cost_per_second_", "output_cost_per_video_per_second_"}) {
            if (base.startsWith(video) && base.endsWith("p")) {
                String lines = base.substring(video.length(), base.length() - 1);
                if (!lines.isEmpty() && lines.chars().allMatch(Character::isDigit)) {
                    return Counted.in("output_video_seconds/" + lines + "p");
                }
            }
        }
        return new Counted(null, null);
    }

    /** How many units a stated price is for, as a power of ten. */
    static int perPowerOfTen(String base) {
        return base.contains("_per_1k_") ? 3 : 0;
    }

    private boolean isPriced(String base) {
        BigDecimal price = standard.get(base);
        return price != null && price.signum() > 0;
    }

    private static Map.Entry<String, Unit> unit(String base, String unit) {
        return Map.entry(base, Unit.of(unit));
    }
}
