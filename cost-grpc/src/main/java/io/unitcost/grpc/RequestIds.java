package io.unitcost.grpc;

import io.grpc.Metadata;
import io.unitcost.RequestMeter;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The id that a request has in every service that works on it: an attribute of its account, given by the application, or made
 * when a service behind is first told of it. Requests that nobody is told of have none. Immutable.
 */
record RequestIds(String attribute) {

    static final RequestIds USUAL = new RequestIds("request_id");

    private static final int LONGEST_NAME = 100;

    RequestIds {
        if (attribute.isBlank() || attribute.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "request id: '" + attribute + "' is no name of an attribute; give one of at most " + LONGEST_NAME
                            + " characters, such as request_id");
        }
    }

    /**
     * Says which request a call is for.
     *
     * @throws IllegalArgumentException if the application's id cannot be sent
     */
    void write(RequestMeter request, Metadata headers) {
        String said = request.attributes().get(attribute);
        String id = said != null ? said : request.attributeIfAbsent(attribute, random());
        if (id != null) {
            CostMetadata.identify(headers, id);
        }
    }

    /** Tells requests apart, and is no secret. */
    private static String random() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return hex(random.nextLong()) + hex(random.nextLong());
    }

    private static String hex(long bits) {
        String digits = Long.toHexString(bits);
        return "0".repeat(Long.BYTES * 2 - digits.length()) + digits;
    }
}
