package io.unitcost.samples.model;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Some models; others are answered alike. */
final class Models {

    static final String LIST = Json.of(
            "{\"object\":\"list\",\"data\":[%s]}",
            Stream.of("gpt-4o-mini", "gpt-5-mini", "text-embedding-3-small", "claude-haiku-4-5")
                    .map(model -> "{\"id\":\"" + model
                            + "\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"a stand-in\"}")
                    .collect(Collectors.joining(",")));

    private Models() {}
}
