package io.unitcost.cli.ledger;

import io.unitcost.cli.shell.DataException;

/** Whose names the columns of providers have. */
enum FocusVersion {
    V1_2("1.2", true, false),
    V1_3("1.3", true, true),
    V1_4("1.4", false, true);

    private final String label;
    /** Whether there are ProviderName and PublisherName. */
    final boolean publisher;
    /** Whether there are ServiceProviderName and HostProviderName. */
    final boolean host;

    FocusVersion(String label, boolean publisher, boolean host) {
        this.label = label;
        this.publisher = publisher;
        this.host = host;
    }

    static FocusVersion of(String text) {
        for (FocusVersion version : values()) {
            if (version.label.equals(text)) {
                return version;
            }
        }
        throw new DataException("--focus-version: '" + text + "' is not known; use 1.2, 1.3 or 1.4");
    }
}
