package io.unitcost.gate.junit;

import org.jspecify.annotations.Nullable;

/**
 * The case that a test runs. Requests that end while it runs belong to it, unless they say a case of their own with the attribute {@code case}.
 * Until it is named, a case has the name of its test method, behind that of a nested class, and, where it runs several times, the number of the run. All
 * tests of a {@code @TestFactory} are one case unless they are named.
 */
public final class CostCase {

    private volatile String id;
    private volatile @Nullable String session;

    CostCase(String id) {
        this.id = id;
    }

    /** Names the case; the same name in the baseline is the same case. Keep text of prompts out of it. */
    public CostCase id(String name) {
        this.id = name;
        return this;
    }

    /** Cases of the same session are alike, and are not counted as independent. */
    public CostCase session(String name) {
        this.session = name;
        return this;
    }

    String id() {
        return id;
    }

    @Nullable
    String session() {
        return session;
    }
}
