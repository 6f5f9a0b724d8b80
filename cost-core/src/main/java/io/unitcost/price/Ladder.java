package io.unitcost.price;

import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The rates of one tier in one region: a card, and the cards of larger context sizes. */
final class Ladder {

    private final RateCard base;
    private final List<Sheet.Step> context;
    private final RateCard[] steps;

    Ladder(Sheet sheet, Currency currency) {
        this.base = new RateCard(sheet.rates(), currency);
        this.context = sheet.context();
        this.steps = new RateCard[context.size()];
        for (int i = 0; i < steps.length; i++) {
            Map<Unit, Billing> rates = new HashMap<>(sheet.rates());
            rates.putAll(context.get(i).rates());
            steps[i] = new RateCard(rates, currency);
        }
    }

    /** Charges at the highest context step that the total input reaches: a cliff, for the whole request. */
    Charge charge(Usage usage) {
        return card(usage).charge(usage);
    }

    long picos(Usage usage) {
        return card(usage).picos(usage);
    }

    SortedMap<String, String> rates(long inputTokens) {
        return card(inputTokens).describe();
    }

    private RateCard card(Usage usage) {
        return steps.length == 0 ? base : card(usage.count(Unit.INPUT_TOKENS));
    }

    private RateCard card(long inputTokens) {
        RateCard card = base;
        for (int i = 0; i < steps.length && context.get(i).reachedBy(inputTokens); i++) {
            card = steps[i];
        }
        return card;
    }
}
