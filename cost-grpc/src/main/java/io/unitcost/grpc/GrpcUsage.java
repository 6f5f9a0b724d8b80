package io.unitcost.grpc;

import io.grpc.Metadata;
import io.unitcost.grpc.MessageView.Role;
import io.unitcost.price.Unit;
import io.unitcost.usage.TokenEstimator;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the messages of methods say which model was asked, which one served, and what was used. It is data: it names fields,
 * and is matched with the messages when the first one comes, so that no generated classes are needed. Immutable and
 * thread-safe.
 *
 * <h2>Paths</h2>
 *
 * Names of fields as in the {@code .proto} file, joined by dots:
 *
 * <table>
 * <caption>What a path may contain</caption>
 * <tr><td>{@code usage.prompt_tokens}</td><td>a field of a message inside</td></tr>
 * <tr><td>{@code chunk.index | complete.index}</td><td>the first that is there</td></tr>
 * <tr><td>{@code usage.candidates + usage.thoughts}</td><td>the sum of what is there; texts one after the other</td></tr>
 * <tr><td>{@code responses[*].tokens}, {@code outputs[0].text}</td><td>all elements of a repeated field, added up; one</td></tr>
 * <tr><td>{@code details[modality=AUDIO].tokens}</td><td>the elements in which a field has this value</td></tr>
 * <tr><td>{@code parameters[key=n].value.int64_param}</td><td>the entry of a map</td></tr>
 * <tr><td>{@code token_ids.size()}</td><td>how many elements a repeated field has</td></tr>
 * <tr><td>{@code tensor(num_output_tokens)}</td><td>an output or input of Triton and KServe, typed or raw</td></tr>
 * <tr><td>{@code stop_reason=ERROR}</td><td>yes if the field has this value</td></tr>
 * <tr><td>{@code traffic_type?}</td><td>a field that only some versions of the message have</td></tr>
 * </table>
 *
 * A field inside a message that is not there says nothing, which is different from zero. A number that is negative or larger
 * than 10¹² is no count: it is left out, and the usage {@linkplain io.unitcost.price.Usage#isContradictory() says so}. A path
 * that does not fit a message says nothing.
 *
 * <p>Counts are inclusive, as in {@link io.unitcost.price.Usage}: input with everything cached in it, output with all
 * reasoning in it.
 *
 * <p>Reading needs the full protobuf runtime, 3.25 or later; messages of the lite one and of other formats are read by
 * {@linkplain Builder#response(Class, BiConsumer) extractors}.
 */
public final class GrpcUsage {

    private final Set<String> methods;
    private final @Nullable String provider;
    private final @Nullable String service;
    private final MessagePaths asked;
    private final MessagePaths answered;
    private final List<Trailer> trailers;
    private final boolean lastSegment;
    private final String tierPrefix;
    private final int costDecimals;
    /** Most calls ask for the same model as the one before. */
    private volatile @Nullable Named lastNamed;

    /** What messages call a model, and what it is called. */
    private record Named(String said, String name) {}

    /** A count in the trailers of a call. */
    record Trailer(Unit unit, Metadata.Key<String> key) {}

    /**
     * What an extractor says about a message. Valid during the call of the extractor.
     *
     * <p>Counts that cannot be, negative ones and those larger than 10¹², are left out.
     */
    public interface Counts {
        /** A count that contains what earlier messages counted. Zero does not replace more. */
        Counts set(Unit unit, long count);

        /** A count of what came since the last message. */
        Counts add(Unit unit, long count);

        /** The model that served, or that is asked for; {@code null} says nothing. */
        Counts model(@Nullable String name);

        /** The server's id of the answer; {@code null} says nothing. */
        Counts responseId(@Nullable String id);

        /** This message ends the answer. */
        Counts finished();

        /** The answer is an error, although the call may end well. */
        Counts failed();
    }

    private GrpcUsage(Builder builder) {
        this.methods = Set.copyOf(builder.methods);
        this.provider = builder.provider;
        this.service = builder.service;
        this.asked = builder.asked.build();
        this.answered = builder.answered.build();
        this.trailers = List.copyOf(builder.trailers);
        this.lastSegment = builder.lastSegment;
        this.tierPrefix = builder.tierPrefix;
        this.costDecimals = builder.costDecimals;
    }

    /**
     * What is known: Gemini on Vertex AI, xAI, and the engines vLLM, SGLang, TensorRT-LLM, TokenSpeed and MLX, TGIS, Triton and
     * KServe v2 with the outputs of Triton's vLLM backend, and TensorFlow Serving, which only says the model.
     */
    public static List<GrpcUsage> presets() {
        return GrpcPresets.ALL;
    }

    /**
     * Triton and KServe v2, for models that say in a tensor or a parameter of each response how many tokens it has.
     *
     * @param inputTokens the name of a tensor or parameter with the tokens of the prompt; {@code null} if there is none
     * @param outputTokens the name of a tensor or parameter with the tokens generated since the last response
     * @return one for single requests, one for streams of requests
     */
    public static List<GrpcUsage> triton(@Nullable String inputTokens, String outputTokens) {
        return GrpcPresets.triton(inputTokens, outputTokens);
    }

    /**
     * Starts with methods of which nothing is known yet.
     *
     * @param methods full names, {@code package.Service/Method}, or {@code package.Service/*} for all of a service
     * @throws IllegalArgumentException if there is none, or one is not of that form
     */
    public static Builder builder(String... methods) {
        return new Builder(methods);
    }

    /** The methods this is about. */
    Set<String> methods() {
        return methods;
    }

    /** Who is paid; {@code null} for engines of one's own, where the target says it. */
    @Nullable
    String provider() {
        return provider;
    }

    /** What kind of support it is, such as {@code embedding}; {@code null} for generation. */
    @Nullable
    String service() {
        return service;
    }

    /** Whether one call carries many requests, told apart by a key in each message. */
    boolean isCorrelated() {
        return asked.has(Role.KEY);
    }

    /** The key of the request that a message starts; {@code null} if it says none. */
    @Nullable
    String requestKey(Object message) {
        return key(asked, message);
    }

    /** The key of the request that a message answers; {@code null} if it says none. */
    @Nullable
    String responseKey(Object message) {
        return key(answered, message);
    }

    private static @Nullable String key(MessagePaths paths, Object message) {
        MessageView view = paths.has(Role.KEY) ? paths.view(message) : null;
        return view == null ? null : view.text(Role.KEY);
    }

    /**
     * Starts reading a call, or one request of a call that carries many.
     *
     * @param estimator {@code null} if nothing is to be estimated
     */
    UsageReading reading(@Nullable TokenEstimator estimator) {
        return new UsageReading(this, estimator);
    }

    MessagePaths asked() {
        return asked;
    }

    MessagePaths answered() {
        return answered;
    }

    List<Trailer> trailers() {
        return trailers;
    }

    /** Whether answers are expected to count anything. */
    boolean isCounted() {
        return answered.isCounted() || !trailers.isEmpty();
    }

    /** Whether a message shows that something was generated. */
    boolean showsOutput() {
        return answered.has(Role.TEXT)
                || answered.has(Role.OUTPUT)
                || answered.counts().stream().anyMatch(count -> !count.once());
    }

    /** A model as it is called in price tables. */
    @Nullable
    String model(@Nullable String said) {
        if (said == null || said.isEmpty()) {
            return null;
        }
        int slash = lastSegment ? said.lastIndexOf('/') : -1;
        if (slash < 0) {
            return said;
        }
        Named last = lastNamed;
        if (last == null || !last.said().equals(said)) {
            String name = said.substring(slash + 1);
            last = new Named(said, name.isEmpty() ? said : name);
            lastNamed = last;
        }
        return last.name();
    }

    String tierPrefix() {
        return tierPrefix;
    }

    int costDecimals() {
        return costDecimals;
    }

    @Override
    public String toString() {
        return "GrpcUsage" + methods;
    }

    /**
     * Collects what is known about methods; one thread at a time. Every path is checked for its form at once: methods that take
     * one throw an {@link IllegalArgumentException} that names the path, the position and the way out.
     */
    public static final class Builder {
        private static final Pattern METHOD = Pattern.compile("[A-Za-z_][\\w.]*/(\\*|[A-Za-z_]\\w*)");
        private static final int MOST_DECIMALS = 18;

        private final Set<String> methods = new LinkedHashSet<>();
        private final MessagePaths.Draft asked = new MessagePaths.Draft();
        private final MessagePaths.Draft answered = new MessagePaths.Draft();
        private final List<Trailer> trailers = new ArrayList<>();
        private @Nullable String provider;
        private @Nullable String service;
        private boolean lastSegment;
        private String tierPrefix = "";
        private int costDecimals;

        private Builder(String... methods) {
            if (methods.length == 0) {
                throw new IllegalArgumentException(
                        "methods: there is none; give full names like package.Service/Method or package.Service/*");
            }
            for (String method : methods) {
                if (!METHOD.matcher(method).matches()) {
                    throw new IllegalArgumentException("methods: '" + method
                            + "' is no method; give its full name like package.Service/Method, or package.Service/*");
                }
                this.methods.add(method);
            }
        }

        /** Who is paid, as in the price table; not set for engines of one's own, where the target says it. */
        public Builder provider(String id) {
            this.provider = notBlank("provider", id, "give an id of the price table, or leave it out");
            return this;
        }

        /** It is support, such as {@code embedding}, and not generation. */
        public Builder service(String name) {
            this.service = notBlank("service", name, "name it like embedding, or leave it out for generation");
            return this;
        }

        /** Where a request says the model. */
        public Builder requestModel(String path) {
            return ask(Role.MODEL, "requestModel", path);
        }

        /** Where a response says the model that served. */
        public Builder responseModel(String path) {
            return answer(Role.MODEL, "responseModel", path);
        }

        /** Models are resource names, such as {@code publishers/google/models/gemini-2.5-pro}: the last part is the model. */
        public Builder modelIsLastSegment() {
            this.lastSegment = true;
            return this;
        }

        /** Where a response says its id. */
        public Builder responseId(String path) {
            return answer(Role.RESPONSE_ID, "responseId", path);
        }

        /** Where a response says the service tier that served, by its name in the price table, whatever the case. */
        public Builder serviceTier(String path) {
            return serviceTier(path, "");
        }

        /**
         * Where a response says the service tier that served, as a name that begins with a prefix which is not part of it. Names
         * without the prefix say nothing.
         */
        public Builder serviceTier(String path, String prefix) {
            this.tierPrefix = prefix;
            return answer(Role.SERVICE_TIER, "serviceTier", path);
        }

        /** Where a response says the region that served. */
        public Builder region(String path) {
            return answer(Role.REGION, "region", path);
        }

        /**
         * Where a response says what the provider bills, in US dollars.
         *
         * @param decimals how many digits of the whole number there stand behind the point: 10 where it counts 10⁻¹⁰ USD
         */
        public Builder reportedCost(String path, int decimals) {
            if (decimals < 0 || decimals > MOST_DECIMALS) {
                throw new IllegalArgumentException(
                        "reportedCost: " + decimals + " decimals; give 0 to " + MOST_DECIMALS);
            }
            this.costDecimals = decimals;
            return answer(Role.COST, "reportedCost", path);
        }

        /** One call carries many requests: where a request says its key, and where a response says whom it answers. */
        public Builder key(String requestPath, String responsePath) {
            return ask(Role.KEY, "key", requestPath).answer(Role.KEY, "key", responsePath);
        }

        /** What says yes in the message that ends the answer, or the answer of a choice. */
        public Builder finished(String path) {
            return answer(Role.FINISHED, "finished", path);
        }

        /** What says yes in a message that is an error, although the call may end well. */
        public Builder error(String path) {
            return answer(Role.ERROR, "error", path);
        }

        /** What says yes in a message that carries something generated, where neither text nor counts show it. */
        public Builder output(String path) {
            return answer(Role.OUTPUT, "output", path);
        }

        /** The text of the prompt, for estimates. */
        public Builder requestText(String path) {
            return ask(Role.TEXT, "requestText", path);
        }

        /** Text that was generated since the last message, for estimates and for the time to the first of it. */
        public Builder responseText(String path) {
            return answer(Role.TEXT, "responseText", path);
        }

        /** The most tokens that a request allows for each choice; 0 or less is no limit. */
        public Builder maxOutputTokens(String path) {
            return ask(Role.MAX_OUTPUT, "maxOutputTokens", path);
        }

        /** How many choices a request asks for; one unless it says more. */
        public Builder choices(String path) {
            return ask(Role.CHOICES, "choices", path);
        }

        /**
         * A count that each message gives anew, containing the earlier ones: the last one that is not zero is right. Each term of
         * a sum is kept by itself.
         */
        public Builder count(Unit unit, String path) {
            answered.count("count", unit, MessagePath.parse("count", path), false);
            return this;
        }

        /** A count of what came since the last message: they are added up. */
        public Builder delta(Unit unit, String path) {
            answered.count("delta", unit, MessagePath.parse("delta", path), true);
            return this;
        }

        /**
         * What a request itself shows of what it uses, such as the number of its token ids. It stands in where the answer does not
         * count that unit: in estimates, and where answers count nothing at all.
         */
        public Builder requestCount(Unit unit, String path) {
            asked.count("requestCount", unit, MessagePath.parse("requestCount", path), true);
            return this;
        }

        /**
         * Each message is about one of several choices: output is counted for each of them and added up, the prompt is counted
         * once.
         */
        public Builder perChoice(String indexPath) {
            return answer(Role.CHOICE, "perChoice", indexPath);
        }

        /**
         * Messages that are there at this path repeat the last increment of their choice: increments in them only count if none
         * came before.
         */
        public Builder repeatedInFinal(String finalPath) {
            return answer(Role.REPEATED, "repeatedInFinal", finalPath);
        }

        /**
         * A count in the trailers of the call, in decimal digits. It is the last word on its unit.
         *
         * @param key the name of the metadata, ASCII, not ending with {@code -bin}
         */
        public Builder trailer(Unit unit, String key) {
            try {
                trailers.add(new Trailer(unit, Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "trailer: '" + key
                                + "' is no name of a text in metadata; use lower-case letters, digits and - _ ."
                                + " and no '-bin' at the end",
                        e);
            }
            return this;
        }

        /**
         * Reads requests of a type by code. What it counts stands in where the answer does not count that unit.
         *
         * @param extractor called by the thread that sends, for each message of the type; what it throws is counted and does not
         *     reach the call
         */
        public <T> Builder request(Class<T> type, BiConsumer<? super T, Counts> extractor) {
            asked.typed(new MessagePaths.Typed<>(type, extractor));
            return this;
        }

        /**
         * Reads responses of a type by code, of whatever format. Its counts replace those of paths.
         *
         * @param extractor called by the thread that receives, for each message of the type; what it throws is counted and does
         *     not reach the call
         */
        public <T> Builder response(Class<T> type, BiConsumer<? super T, Counts> extractor) {
            answered.typed(new MessagePaths.Typed<>(type, extractor));
            return this;
        }

        /** What was collected. The builder may go on. */
        public GrpcUsage build() {
            return new GrpcUsage(this);
        }

        private Builder ask(Role role, String argument, String path) {
            asked.role(role, MessagePath.parse(argument, path));
            return this;
        }

        private Builder answer(Role role, String argument, String path) {
            answered.role(role, MessagePath.parse(argument, path));
            return this;
        }

        private static String notBlank(String argument, String value, String remedy) {
            if (value.isBlank()) {
                throw new IllegalArgumentException(argument + ": it is empty; " + remedy);
            }
            return value;
        }
    }
}
