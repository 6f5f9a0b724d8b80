package io.unitcost.samples.model;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.util.List;

/** The command: {@code java -jar model-server.jar --port 8089}. */
final class Main {

    private static final int DEFAULT_PORT = 8_089;
    private static final int HIGHEST_PORT = 65_535;
    private static final int WRONG_INPUT = 2;
    private static final String HELP = """
            Usage: java -jar model-server.jar [--port N]
            A stand-in for OpenAI and Anthropic on this machine; port 8089 unless given, 0 for any free one.
            What it answers, and how it counts: samples/README.md.""";

    public static void main(String[] args) {
        int code = run(System.out, System.err, args);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** The server goes on after this. */
    static int run(PrintStream out, PrintStream err, String... args) {
        if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
            out.println(HELP);
            return 0;
        }
        try {
            out.println(welcome(ModelServer.start(port(args))));
            return 0;
        } catch (IllegalArgumentException wrong) {
            err.println(wrong.getMessage());
        } catch (BindException taken) {
            err.println("--port: it is taken (" + taken.getMessage() + "); give another one, or 0 for any free one");
        } catch (IOException failure) {
            err.println("The server did not start: " + failure);
        }
        return WRONG_INPUT;
    }

    private static int port(String... args) {
        if (args.length == 0) {
            return DEFAULT_PORT;
        }
        if (!args[0].equals("--port")) {
            throw new IllegalArgumentException(args[0] + ": there is no such option; --help lists what there is");
        }
        String port = args.length == 2 ? args[1] : "";
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > HIGHEST_PORT) {
            throw new IllegalArgumentException("--port: '" + port + "' is not a port; give 0 to " + HIGHEST_PORT);
        }
        return Integer.parseInt(port);
    }

    private static String welcome(ModelServer server) {
        return """
                A stand-in for a provider of models, at %1$s for this machine only.
                Its answers are made up; its token counts follow the text: four characters a token.

                  OPENAI_BASE_URL=%1$s/v1    OPENAI_API_KEY=any     chat/completions, responses, embeddings, models
                  ANTHROPIC_BASE_URL=%1$s    ANTHROPIC_API_KEY=any  v1/messages

                  curl %1$s/v1/chat/completions -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'
                  the header '%2$s: 503,503' makes the first two tries of a request fail

                Ctrl-C ends it.""".formatted(server.uri(), ModelServer.FAIL);
    }

    private Main() {}
}
