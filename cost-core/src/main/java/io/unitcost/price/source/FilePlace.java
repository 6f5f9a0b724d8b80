package io.unitcost.price.source;

import io.unitcost.price.PriceTable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A price file that somebody edits. Looked at, not watched: that works on network mounts, in containers and through
 * symbolic links, and survives a file that is replaced, truncated or gone for a while.
 *
 * <p>A file is not read when its size, time and identity are those of the last two looks. Two, because an edit within the
 * resolution of the file system's clock may leave all three as they were.
 */
final class FilePlace implements Place {

    private static final int MOST_BYTES = 64 << 20;

    private final Path file;
    private @Nullable Stamp seen;
    private boolean settled;
    private @Nullable String taken;
    private @Nullable String refused;
    private @Nullable RuntimeException refusal;

    FilePlace(Path file) {
        this.file = file;
    }

    /** What tells one state of a file from another without reading it. */
    private record Stamp(
            long size, FileTime modified, @Nullable Object key) {

        static Stamp of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        }
    }

    @Override
    public boolean look(Consumer<PriceTable> taker) throws IOException {
        try {
            Stamp stamp = Stamp.of(file);
            boolean same = stamp.equals(seen);
            if (!same || !settled) {
                seen = stamp;
                settled = same;
                return take(read(stamp.size()), taker);
            }
        } catch (NoSuchFileException e) {
            seen = null;
            throw new IOException("price file " + file + " is gone", e);
        } catch (IOException e) {
            seen = null;
            throw e;
        }
        if (refusal != null) {
            throw refusal;
        }
        return false;
    }

    private byte[] read(long size) throws IOException {
        if (size > MOST_BYTES) {
            throw new IOException("price file " + file + " has " + size + " bytes, more than " + MOST_BYTES);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MOST_BYTES);
        }
    }

    private boolean take(byte[] content, Consumer<PriceTable> taker) {
        String hash = Hash.of(content);
        if (refusal != null && hash.equals(refused)) {
            throw refusal;
        }
        refusal = null;
        if (hash.equals(taken)) {
            return false;
        }
        try {
            taker.accept(PriceTable.read(new ByteArrayInputStream(content), file.toString()));
        } catch (RuntimeException e) {
            refused = hash;
            refusal = e;
            throw e;
        }
        taken = hash;
        return true;
    }
}
