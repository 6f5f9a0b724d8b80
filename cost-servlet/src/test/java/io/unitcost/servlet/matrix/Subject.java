package io.unitcost.servlet.matrix;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import java.util.Set;

/** A filter on trial, which writes to the ledger what it opens and closes. */
interface Subject extends AutoCloseable {

    /** The filter for an application. */
    Filter filter();

    /** What it is to be registered for, by its own documentation. */
    default Set<DispatcherType> dispatcherTypes() {
        return EnumSet.allOf(DispatcherType.class);
    }

    /** Another one behind it, that shares its accounts; only ours is meant to be installed twice. */
    default Filter stackedFilter() {
        return (request, response, chain) -> chain.doFilter(request, response);
    }

    /** Another one behind it, that keeps accounts of its own for the same requests. */
    default Filter independentFilter() {
        return stackedFilter();
    }

    /** How long it may take after the last answer until everything is closed. */
    int settleSeconds();

    @Override
    void close();

    static Subject of(String name, Ledger ledger) {
        return switch (name) {
            case "unitcost" -> new UnitcostSubject(ledger);
            case "brave" -> new BraveSubject(ledger);
            case "spring" -> new SpringSubject(ledger);
            default -> throw new IllegalArgumentException("subject: " + name);
        };
    }
}
