package io.unitcost.servlet;

import io.unitcost.Outcome;
import org.junit.jupiter.api.Nested;

class TomcatBoundaryTest {

    @Nested
    class Outcomes extends OutcomeContract {
        Outcomes() {
            super(new TomcatContainer(), "ClientAbortException", Outcome.CANCELLED);
        }
    }

    @Nested
    class Installed extends InstallationContract {
        Installed() {
            super(new TomcatContainer());
        }
    }
}
