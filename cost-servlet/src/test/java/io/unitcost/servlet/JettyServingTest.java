package io.unitcost.servlet;

import org.junit.jupiter.api.Nested;

class JettyServingTest {

    @Nested
    class Served extends ServedAnswerContract {
        Served() {
            super(new JettyContainer());
        }
    }

    @Nested
    class Transparent extends TransparencyContract {
        Transparent() {
            super(new JettyContainer());
        }
    }

    @Nested
    class Told extends TellingContract {
        Told() {
            super("Jetty 12.1", new JettyContainer());
        }
    }
}
