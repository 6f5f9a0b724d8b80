package io.unitcost.cli;

import io.unitcost.price.PriceTable;
import picocli.CommandLine.IVersionProvider;

/** The version of the command, from its jar, and the prices in it. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Main.class.getPackage().getImplementationVersion();
        return new String[] {
            Main.NAME + " " + (version == null ? "(not from a jar)" : version), "prices " + PriceTable.bundled()
        };
    }
}
