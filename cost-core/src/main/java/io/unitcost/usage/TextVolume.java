package io.unitcost.usage;

/**
 * How much text of an answer was seen, in characters by the length of their UTF-8 form, which tells scripts apart well
 * enough for an estimate.
 *
 * @param oneByte ASCII: English, numbers, code
 * @param twoBytes accented Latin, Greek, Cyrillic, Hebrew, Arabic
 * @param threeBytes Chinese, Japanese, Korean, Thai, the scripts of India
 * @param fourBytes emoji and rare characters
 */
public record TextVolume(long oneByte, long twoBytes, long threeBytes, long fourBytes) {

    /** Characters in all. */
    public long characters() {
        return oneByte + twoBytes + threeBytes + fourBytes;
    }

    static final class Counter {
        private long oneByte;
        private long twoBytes;
        private long threeBytes;
        private long fourBytes;

        void add(int one, int two, int three, int four) {
            oneByte += one;
            twoBytes += two;
            threeBytes += three;
            fourBytes += four;
        }

        TextVolume volume() {
            return new TextVolume(oneByte, twoBytes, threeBytes, fourBytes);
        }
    }
}
