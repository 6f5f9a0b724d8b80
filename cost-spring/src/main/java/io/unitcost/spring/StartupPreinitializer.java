package io.unitcost.spring;

import io.unitcost.price.PriceTable;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

/**
 * Reads the bundled prices and the tokenizer's vocabulary while Spring Boot does something else: together most of what the starter
 * adds to a start on a cold JVM.
 */
final class StartupPreinitializer implements BackgroundPreinitializer {

    @Override
    public void preinitialize() {
        PriceTable.bundled();
        Tokenizer.load();
    }
}
