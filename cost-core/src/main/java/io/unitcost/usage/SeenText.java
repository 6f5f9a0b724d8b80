package io.unitcost.usage;

/**
 * What is known of a text that passed by and was not kept.
 *
 * @param volume its characters
 * @param sample its beginning; empty unless {@linkplain TokenEstimator#wantsSample() wanted}
 */
public record SeenText(TextVolume volume, String sample) {

    /** Nothing was seen. */
    public static final SeenText NONE = new SeenText(new TextVolume(0, 0, 0, 0), "");

    /** The whole of a text. */
    public static SeenText of(String text) {
        return new SeenText(TextVolume.of(text), text);
    }

    /** Whether nothing was seen. */
    public boolean isEmpty() {
        return volume.characters() == 0;
    }

    /** Whether the sample is all there is. */
    public boolean isWhole() {
        return volume.characters() == sample.codePointCount(0, sample.length());
    }
}
