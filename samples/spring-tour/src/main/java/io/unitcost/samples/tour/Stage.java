package io.unitcost.samples.tour;

import java.net.URI;
import java.util.Arrays;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * An application that runs on this machine only, the provider that it asks, and what its requests cost.
 *
 * @param context of the application
 * @param provider that it asks
 * @param receipts of its requests, as they end
 * @param browser that asks it
 */
public record Stage(ConfigurableApplicationContext context, Provider provider, Receipts receipts, Browser browser)
        implements AutoCloseable {

    /**
     * Starts the application as a user would, but for the addresses.
     *
     * @param port 0 for any free one
     * @param more arguments of the command line, such as {@code --unitcost.estimates=false}
     * @throws IllegalArgumentException if the port is taken
     */
    public static Stage start(Class<?>[] application, Provider provider, int port, String... more) {
        Receipts receipts = new Receipts();
        String[] usual = {
            "--server.port=" + port,
            "--server.address=127.0.0.1",
            "--spring.ai.openai.base-url=" + provider.uri() + "/v1",
            "--spring.main.banner-mode=off",
            "--logging.level.root=off"
        };
        try {
            ConfigurableApplicationContext context = new SpringApplicationBuilder(application)
                    .initializers(started -> ((GenericApplicationContext) started)
                            .registerBean("receipts", Receipts.class, () -> receipts))
                    .run(Stream.concat(Arrays.stream(usual), Arrays.stream(more))
                            .toArray(String[]::new));
            return new Stage(context, provider, receipts, new Browser(uri(context)));
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof PortInUseException) {
                    throw new IllegalArgumentException("--serve: port " + port + " is taken; give another one", e);
                }
            }
            throw e;
        }
    }

    /** Where it is. */
    public URI uri() {
        return uri(context);
    }

    private static URI uri(ConfigurableApplicationContext context) {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
    }

    /** The application ends; the provider goes on. */
    @Override
    public void close() {
        context.close();
    }
}
