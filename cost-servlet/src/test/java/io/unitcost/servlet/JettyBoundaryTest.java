package io.unitcost.servlet;

import io.unitcost.Outcome;
import org.junit.jupiter.api.Nested;

class JettyBoundaryTest {

    @Nested
    class Outcomes extends OutcomeContract {
        Outcomes() {
            super(new JettyContainer(), "EofException", Outcome.DELIVERED);
        }
    }

    @Nested
    class Installed extends InstallationContract {
        Installed() {
            super(new JettyContainer());
        }
    }
}
