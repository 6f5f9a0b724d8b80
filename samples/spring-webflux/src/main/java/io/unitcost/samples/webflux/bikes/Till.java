package io.unitcost.samples.webflux.bikes;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.stereotype.Component;

/** The shop's till. */
@Component
class Till {

    /** The kinds of bikes that are for rent. */
    enum Kind {
        CITY,
        CARGO,
        ROAD
    }

    @Tool(description = "What it costs to rent a bike of a kind for a day")
    String rentalPrice(Kind kind) {
        return switch (kind) {
            case CITY -> "12.00 euros";
            case CARGO -> "35.00 euros";
            case ROAD -> "28.00 euros";
        };
    }
}
