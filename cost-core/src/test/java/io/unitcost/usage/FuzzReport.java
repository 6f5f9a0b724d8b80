package io.unitcost.usage;

import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What a reader made of an answer, in words that can be compared; and what it keeps in memory. */
final class FuzzReport {

    /** What a stream may keep, whatever arrives. */
    private static final long MOST_BYTES = 65_536;

    private static final TokenEstimator SAMPLING = new TokenEstimator() {
        @Override
        public long tokens(SeenText text, @Nullable String model) {
            return 0;
        }

        @Override
        public boolean wantsSample() {
            return true;
        }
    };

    private static final ClassValue<List<java.lang.reflect.Field>> FIELDS = new ClassValue<>() {
        @Override
        protected List<java.lang.reflect.Field> computeValue(Class<?> type) {
            List<java.lang.reflect.Field> fields = Arrays.stream(type.getDeclaredFields())
                    .filter(field -> !Modifier.isStatic(field.getModifiers()))
                    .toList();
            fields.forEach(field -> field.setAccessible(true));
            return fields;
        }
    };

    private FuzzReport() {}

    /** Reads in pieces of the sizes given, and checks what is kept. */
    static String read(byte[] answer, IntSupplier sizes) {
        UsageReader reader = UsageReader.of(null, SAMPLING);
        for (int i = 0; i < answer.length; ) {
            int length = Math.min(sizes.getAsInt(), answer.length - i);
            reader.read(answer, i, length);
            i += length;
        }
        UsageReport report = reader.report();
        if (retained(reader) > MOST_BYTES) {
            throw new AssertionError("keeps " + retained(reader) + " bytes");
        }
        return describe(report) + " sample=" + report.text().sample();
    }

    static String whole(byte[] answer) {
        return read(answer, () -> Integer.MAX_VALUE);
    }

    static String byteByByte(byte[] answer) {
        return read(answer, () -> 1);
    }

    static String cut(byte[] answer, SplittableRandom random) {
        return read(answer, () -> 1 + random.nextInt(random.nextInt(20) == 0 ? 400 : 30));
    }

    static String describe(UsageReport report) {
        return described(report) + " " + report.volume();
    }

    /** Everything but the text. */
    static String described(UsageReport report) {
        return "lines=" + report.lines() + " contradictory="
                + report.lines().stream()
                        .map(line -> line.usage().isContradictory())
                        .toList() + " id=" + report.responseId() + " tier=" + report.serviceTier() + " region="
                + report.region() + " cost=" + report.cost() + " upstream=" + report.upstreamCost() + " ownKey="
                + report.isOwnKey() + " choices=" + report.choices() + " complete=" + report.isComplete() + " error="
                + report.isError() + " usage=" + report.hasUsage();
    }

    /** Bytes of everything that can be reached but constants, roughly. */
    static long retained(Object root) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>();
        open.add(root);
        long bytes = 0;
        while (!open.isEmpty()) {
            Object object = open.remove();
            if (seen.add(object)) {
                bytes += bytes(object, open);
            }
        }
        return bytes;
    }

    private static long bytes(Object object, Deque<Object> open) {
        if (object instanceof Enum<?> || object instanceof Node || object instanceof TokenEstimator) {
            return 0;
        }
        if (object.getClass().isArray()) {
            int length = Array.getLength(object);
            boolean references = !object.getClass().getComponentType().isPrimitive();
            for (int i = 0; references && i < length; i++) {
                add(Array.get(object, i), open);
            }
            return 16 + (long) length * (object instanceof byte[] ? 1 : 8);
        }
        if (object instanceof String text) {
            return 48 + 2L * text.length();
        }
        if (object instanceof BigDecimal number) {
            return 100 + number.precision();
        }
        if (object instanceof Map<?, ?> map) {
            open.addAll(map.keySet());
            open.addAll(map.values());
            return 64 + 64L * map.size() + (map instanceof java.util.EnumMap ? 8L * Field.values().length : 0);
        }
        if (object instanceof Collection<?> all) {
            open.addAll(all);
            return 64 + 8L * all.size();
        }
        return fields(object, open);
    }

    private static long fields(Object object, Deque<Object> open) {
        if (!object.getClass().getName().startsWith("io.unitcost.")) {
            throw new AssertionError("kept, and its size is not known: " + object.getClass());
        }
        long bytes = 16;
        for (java.lang.reflect.Field field : FIELDS.get(object.getClass())) {
            bytes += 8;
            if (!field.getType().isPrimitive()) {
                add(value(field, object), open);
            }
        }
        return bytes;
    }

    private static @Nullable Object value(java.lang.reflect.Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static void add(@Nullable Object value, Deque<Object> open) {
        if (value != null) {
            open.add(value);
        }
    }
}
