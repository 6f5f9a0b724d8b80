package io.unitcost.servlet;

import org.junit.jupiter.api.Nested;

class TomcatServingTest {

    @Nested
    class Served extends ServedAnswerContract {
        Served() {
            super(new TomcatContainer());
        }
    }

    @Nested
    class Transparent extends TransparencyContract {
        Transparent() {
            super(new TomcatContainer());
        }
    }

    @Nested
    class Told extends TellingContract {
        Told() {
            super("Tomcat 11", new TomcatContainer());
        }
    }
}
