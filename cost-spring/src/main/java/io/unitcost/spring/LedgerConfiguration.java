package io.unitcost.spring;

import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.FileLedgerSink;
import io.unitcost.ledger.LedgerSink;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The ledger, where {@code unitcost.ledger.directory} says or to the application's own sink. Spring closes beans in the reverse order of
 * their creation, and the meter is created after its listeners: it closes first and tells the ledger what was still open, then the
 * sink writes what waits.
 */
@Configuration(proxyBeanMethods = false)
class LedgerConfiguration {

    @Bean
    @ConditionalOnProperty("unitcost.ledger.directory")
    @ConditionalOnMissingBean({LedgerSink.class, CostLedger.class})
    FileLedgerSink unitcostLedgerSink(UnitcostProperties properties) {
        return new LedgerSettings(properties.ledger()).sink();
    }

    /** A listener, so that the meter tells it what requests cost. Closing it would close its sink, which is a bean and closed as one. */
    @Bean(destroyMethod = "")
    @ConditionalOnBean(LedgerSink.class)
    @ConditionalOnMissingBean
    CostLedger unitcostCostLedger(LedgerSink sink, UnitcostProperties properties) {
        return new LedgerSettings(properties.ledger()).ledger(sink);
    }
}
