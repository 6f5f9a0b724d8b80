package io.unitcost.samples.gateway;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/** An error of the gateway itself, in the form that clients know from OpenAI. */
final class Refusal {

    private static final ObjectMapper JSON = new ObjectMapper();

    static void send(HttpServletResponse response, int status, String message) throws IOException {
        String type = status < HttpServletResponse.SC_INTERNAL_SERVER_ERROR ? "invalid_request_error" : "server_error";
        byte[] body = JSON.writeValueAsString(Map.of("error", Map.of("message", message, "type", type)))
                .getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/json");
        response.getOutputStream().write(body);
    }

    private Refusal() {}
}
