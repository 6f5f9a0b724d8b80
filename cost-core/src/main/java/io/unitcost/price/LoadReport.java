package io.unitcost.price;

/** What was read to make a table, and what of it could not be taken over. */
public final class LoadReport {
    static final LoadReport NONE = new LoadReport();

    private LoadReport() {}

    LoadReport and(LoadReport other) {
        return this == NONE ? other : this;
    }
}
