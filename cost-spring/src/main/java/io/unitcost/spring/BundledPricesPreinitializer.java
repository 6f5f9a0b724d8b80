package io.unitcost.spring;

import io.unitcost.price.PriceTable;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

/** Reads the bundled prices while Spring Boot does something else: a third of a megabyte of JSON, on a cold JVM. */
final class BundledPricesPreinitializer implements BackgroundPreinitializer {

    @Override
    public void preinitialize() {
        PriceTable.bundled();
    }
}
