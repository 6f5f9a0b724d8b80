package io.unitcost.cli.ledger;

import io.unitcost.ledger.LedgerRecord;
import java.util.List;
import java.util.stream.Stream;

/** A table that is made of a ledger, one record after the other. */
interface Export {

    void add(LedgerRecord record);

    List<String> header();

    /** In an order that depends on the records only, not on theirs. */
    Stream<List<String>> rows();
}
