package io.unitcost;

/**
 * A request or call made current on a thread. Close it on the thread that opened it, in the opposite order; closing on
 * another thread, or twice, changes nothing and is counted as an error.
 */
public interface Scope extends AutoCloseable {

    /** Makes current again what was current before. Never throws. */
    @Override
    void close();
}
