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

    /** The characters of a text; half a surrogate pair counts as three bytes. */
    static TextVolume of(String text) {
        Counter counter = new Counter();
        text.codePoints()
                .forEach(point -> counter.add(
                        point < 0x80 ? 1 : 0,
                        point >= 0x80 && point < 0x800 ? 1 : 0,
                        point >= 0x800 && point < 0x10000 ? 1 : 0,
                        point >= 0x10000 ? 1 : 0));
        return counter.volume();
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

        boolean isEmpty() {
            return (oneByte | twoBytes | threeBytes | fourBytes) == 0;
        }

        TextVolume volume() {
            return new TextVolume(oneByte, twoBytes, threeBytes, fourBytes);
        }
    }
}
