package io.unitcost.cli.shell;

import java.io.InputStream;
import java.time.Clock;

/** What a command was called with beside its arguments. */
public interface Invocation {

    /** Standard input; not to be closed. */
    InputStream in();

    /** The time. */
    Clock clock();
}
