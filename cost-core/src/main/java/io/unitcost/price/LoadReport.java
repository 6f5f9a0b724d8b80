package io.unitcost.price;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was read to make a table, and what of it could not be taken over as it stands. Nothing is dropped in silence: an
 * entry that has no price in the table is counted under a note. Immutable and thread-safe.
 */
public final class LoadReport {

    /** Of a table that was not read. */
    static final LoadReport NONE = new LoadReport("none", 0, 0, List.of());

    /** The beginning of a note about entries that have no price in the table. */
    static final String LEFT_OUT = "left out: ";

    private static final int EXAMPLES = 5;
    private static final int LONGEST_EXAMPLE = 160;

    private final String format;
    private final int entries;
    private final int priced;
    private final List<Note> notes;

    private LoadReport(String format, int entries, int priced, List<Note> notes) {
        this.format = format;
        this.entries = entries;
        this.priced = priced;
        this.notes = List.copyOf(notes);
    }

    /** A file that is refused as a whole when anything in it is wrong. */
    static LoadReport complete(String format, int entries) {
        return new LoadReport(format, entries, entries, List.of());
    }

    /** The formats read, such as {@code LiteLLM}; {@code none} when no file was read; joined with {@code +} for several. */
    public String format() {
        return format;
    }

    /** How many models and services were read. */
    public int entries() {
        return entries;
    }

    /** How many of them have a price in the table. Two entries for the same model at the same price are one row there. */
    public int priced() {
        return priced;
    }

    /** How many have none; each stands under one note whose kind begins with {@code left out}. */
    public int leftOut() {
        return entries - priced;
    }

    /** What could not be taken over as it stands, or was understood in a way worth knowing. */
    public List<Note> notes() {
        return notes;
    }

    /** Of two tables, one over the other. */
    LoadReport and(LoadReport other) {
        if (this == NONE || other == NONE) {
            return this == NONE ? other : this;
        }
        Builder both = new Builder(format.equals(other.format) ? format : format + " + " + other.format);
        both.entries = entries + other.entries;
        both.priced = priced + other.priced;
        notes.forEach(both::add);
        other.notes.forEach(both::add);
        return both.build();
    }

    /** For people: the counts, then a line for each note with its examples. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(format)
                .append(": ")
                .append(entries)
                .append(" entries, ")
                .append(priced)
                .append(" priced, ")
                .append(leftOut())
                .append(" left out");
        for (Note note : notes) {
            text.append("\n  ").append(note.count).append(" × ").append(note.kind);
            for (String example : note.examples) {
                text.append("\n      ").append(example);
            }
        }
        return text.toString();
    }

    /**
     * Something that happened while reading.
     *
     * @param kind what
     * @param count how often
     * @param examples the first five, each with its place: entry, key, value
     */
    public record Note(String kind, int count, List<String> examples) {

        /** Copies the examples. */
        public Note {
            examples = List.copyOf(examples);
        }
    }

    /** Collects; one thread. */
    static final class Builder {
        private final String format;
        private final Map<String, Tally> tallies = new LinkedHashMap<>();
        private int entries;
        private int priced;

        Builder(String format) {
            this.format = format;
        }

        void entry() {
            entries++;
        }

        void priced() {
            priced++;
        }

        void leftOut(String why, String entry, @Nullable String key, @Nullable Object value) {
            note(LEFT_OUT + why, entry, key, value);
        }

        /** Counts, and keeps the first few with their place. */
        void note(String kind, String entry, @Nullable String key, @Nullable Object value) {
            Tally tally = tallies.computeIfAbsent(kind, k -> new Tally());
            tally.count++;
            if (tally.examples.size() < EXAMPLES) {
                String example = entry + (key == null ? "" : " " + key) + (value == null ? "" : " = " + value);
                tally.examples.add(
                        example.length() > LONGEST_EXAMPLE ? example.substring(0, LONGEST_EXAMPLE) + "…" : example);
            }
        }

        private void add(Note note) {
            Tally tally = tallies.computeIfAbsent(note.kind, k -> new Tally());
            tally.count += note.count;
            note.examples.stream().limit(EXAMPLES - tally.examples.size()).forEach(tally.examples::add);
        }

        LoadReport build() {
            List<Note> notes = new ArrayList<>();
            tallies.forEach((kind, tally) -> notes.add(new Note(kind, tally.count, tally.examples)));
            return new LoadReport(format, entries, priced, notes);
        }
    }

    private static final class Tally {
        private final List<String> examples = new ArrayList<>();
        private int count;
    }
}
