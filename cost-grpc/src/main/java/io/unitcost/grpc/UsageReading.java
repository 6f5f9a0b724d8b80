package io.unitcost.grpc;

import io.grpc.Metadata;
import io.unitcost.Attempt;
import io.unitcost.grpc.MessageView.Role;
import io.unitcost.price.Money;
import io.unitcost.price.Unit;
import io.unitcost.price.Usage;
import io.unitcost.usage.TokenEstimator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the messages of one call say. One thread at a time. Keeps no message longer than the call. May throw only what an
 * extractor of the application throws; callers guard.
 */
final class UsageReading {

    private static final long MOST_CHOICES = 1_024;

    /** How many units most answers have. */
    private static final int MOST_ANSWERS = 6;

    /** For requests that count nothing; nothing is ever written to it. */
    private static final ChoiceCounts NONE_SENT = new ChoiceCounts();

    private final GrpcUsage usage;
    private final MessagePaths asked;
    private final MessagePaths answered;
    private final @Nullable UsageEstimate estimate;
    private final Predicate<String> tier;
    private final ChoiceCounts sent;
    private final ChoiceCounts counts;
    /** Only made where an extractor or a trailer counts. */
    private @Nullable NamedCounts ofRequest;

    private @Nullable NamedCounts ofAnswer;
    private @Nullable MessageView request;
    private @Nullable MessageView response;
    private @Nullable String requestModel;
    private @Nullable String model;
    private @Nullable String responseId;
    private @Nullable String serviceTier;
    private @Nullable String region;
    private long cost = ChoiceCounts.ABSENT;
    private long maxOutput = -1;
    private long choices = 1;
    private boolean some;
    private boolean answer;
    private boolean output;
    private boolean finished;
    private boolean error;
    private boolean impossible;
    private List<String> problems = List.of();

    UsageReading(GrpcUsage usage, @Nullable TokenEstimator estimator) {
        this.usage = usage;
        this.asked = usage.asked();
        this.answered = usage.answered();
        this.estimate = estimator == null ? null : new UsageEstimate(usage, estimator);
        this.sent = asked.counts().isEmpty() ? NONE_SENT : new ChoiceCounts();
        this.tier = answered.has(Role.SERVICE_TIER) ? this::isTier : text -> true;
        this.counts = new ChoiceCounts();
    }

    /** Something was sent. */
    void request(Object message) {
        MessageView view = request;
        if (view == null || !view.load(message)) {
            view = asked.view(message);
            request = view;
            found(view);
        }
        if (view != null) {
            try {
                asked(view, message);
            } finally {
                view.clear();
            }
        }
        if (!asked.typed().isEmpty()) {
            ofRequest = ofRequest == null ? new NamedCounts() : ofRequest;
            extract(asked, message, ofRequest);
        }
    }

    private void asked(MessageView view, Object message) {
        requestModel = requestModel == null ? usage.model(view.text(Role.MODEL)) : requestModel;
        long limit = view.number(Role.MAX_OUTPUT);
        maxOutput = limit > 0 ? Math.max(maxOutput, limit) : maxOutput;
        choices = Math.min(MOST_CHOICES, Math.max(choices, view.number(Role.CHOICES)));
        for (int i = 0; i < asked.counts().size(); i++) {
            long value = view.count(i);
            if (isCount(value)) {
                sent.add(0, i, value);
            }
        }
        if (estimate != null) {
            estimate.asked(message, view);
        }
    }

    /** Something came back. */
    void response(Object message) {
        answer = true;
        MessageView view = response;
        if (view == null || !view.load(message)) {
            view = answered.view(message);
            response = view;
            found(view);
        }
        if (view != null) {
            try {
                answered(view, message);
            } finally {
                view.clear();
            }
        }
        if (!answered.typed().isEmpty()) {
            extract(answered, message, ofAnswer());
        }
    }

    private NamedCounts ofAnswer() {
        NamedCounts known = ofAnswer;
        if (known == null) {
            known = new NamedCounts();
            ofAnswer = known;
        }
        return known;
    }

    private void answered(MessageView view, Object message) {
        long choice = answered.has(Role.CHOICE) ? Math.max(0, view.number(Role.CHOICE)) : 0;
        boolean repeated = answered.has(Role.REPEATED) && view.truths(Role.REPEATED) > 0;
        count(view, choice, repeated);
        identify(view);
        read(view, message);
        if (answered.has(Role.ERROR) && view.truths(Role.ERROR) > 0) {
            error = true;
        }
        if (answered.has(Role.FINISHED)) {
            finish(choice, view.truths(Role.FINISHED));
        }
    }

    private void count(MessageView view, long choice, boolean repeated) {
        List<MessagePaths.Count> declared = answered.counts();
        for (int i = 0; i < declared.size(); i++) {
            long value = view.count(i);
            if (!isCount(value)) {
                continue;
            }
            MessagePaths.Count count = declared.get(i);
            if (!count.increment()) {
                counts.set(choice, i, value);
            } else if (repeated) {
                counts.repeat(choice, i, value);
            } else {
                counts.add(choice, i, value);
            }
            some |= value > 0;
            output |= value > 0 && !count.once();
        }
    }

    private boolean isCount(long value) {
        if (value == ChoiceCounts.ABSENT) {
            return false;
        }
        boolean possible = value >= 0 && value <= UsageEstimate.MOST;
        impossible |= !possible;
        return possible;
    }

    private void identify(MessageView view) {
        if (model == null) {
            model = usage.model(view.text(Role.MODEL));
        }
        if (responseId == null) {
            responseId = view.text(Role.RESPONSE_ID);
        }
        if (region == null) {
            region = view.text(Role.REGION);
        }
        if (serviceTier == null && answered.has(Role.SERVICE_TIER)) {
            view.texts(Role.SERVICE_TIER, tier);
        }
        long said = view.number(Role.COST);
        cost = said > 0 ? said : cost;
    }

    /** A tier by its name in the price table, cut from the name of an enumeration. */
    private boolean isTier(String said) {
        String prefix = usage.tierPrefix();
        if (said.startsWith(prefix) && !said.endsWith("UNSPECIFIED") && !said.endsWith("INVALID")) {
            serviceTier = said.substring(prefix.length()).toLowerCase(Locale.ROOT);
        }
        return serviceTier != null;
    }

    private void read(MessageView view, Object message) {
        if (!output) {
            output = view.texts(Role.TEXT, text -> true) || (answered.has(Role.OUTPUT) && view.truths(Role.OUTPUT) > 0);
        }
        if (estimate != null) {
            estimate.answered(message, view);
        }
    }

    private void finish(long choice, int ends) {
        if (answered.has(Role.CHOICE)) {
            if (ends > 0) {
                counts.finish(choice);
            }
        } else {
            for (int i = 0; i < ends; i++) {
                counts.finish(counts.finished());
            }
        }
        finished |= counts.finished() >= choices;
    }

    /** The call is at its end. */
    void trailers(Metadata trailers) {
        List<GrpcUsage.Trailer> counted = usage.trailers();
        for (int i = 0; i < counted.size(); i++) {
            GrpcUsage.Trailer trailer = counted.get(i);
            String text = trailers.get(trailer.key());
            if (text == null) {
                continue;
            }
            long value = Digits.of(text.strip());
            impossible |= value == ChoiceCounts.ABSENT;
            if (isCount(value)) {
                ofAnswer().overrule(trailer.unit(), value);
            }
        }
    }

    private void extract(MessagePaths paths, Object message, NamedCounts into) {
        List<MessagePaths.Typed<?>> typed = paths.typed();
        for (int i = 0; i < typed.size(); i++) {
            typed.get(i).read(message, new Extracted(into));
        }
    }

    private void found(@Nullable MessageView view) {
        if (view != null && !view.problems().isEmpty()) {
            List<String> all = new ArrayList<>(problems);
            all.addAll(view.problems());
            problems = all;
        }
    }

    /** Whether counts were reported so far. Nothing but zeros is what servers say that do not count. */
    boolean hasUsage() {
        return some || (ofAnswer != null && !ofAnswer.isEmpty()) || (answer && !usage.isCounted() && isSent());
    }

    private boolean isSent() {
        for (int i = 0; i < asked.counts().size(); i++) {
            if (sent.sum(i) > 0) {
                return true;
            }
        }
        return ofRequest != null && !ofRequest.isEmpty();
    }

    /**
     * Whether the message that ends the answer was seen, of every choice that was asked for; where no message says so, whether
     * any came.
     */
    boolean isFinished() {
        return finished
                || (answer && !answered.has(Role.FINISHED) && answered.typed().isEmpty());
    }

    /** Whether the answer says that it is an error. */
    boolean isError() {
        return error;
    }

    /** Whether anything generated was seen; where no path or count would tell, whether any message came. */
    boolean hasOutput() {
        return output || (answer && !usage.showsOutput());
    }

    /** The model that was asked for. */
    @Nullable
    String requestModel() {
        return requestModel;
    }

    /** The model that served, or else the one that was asked for. */
    @Nullable
    String model() {
        return model == null ? requestModel : model;
    }

    /** What was reported so far; {@link Usage#NONE} if nothing was. */
    Usage usage() {
        if (!hasUsage()) {
            return Usage.NONE;
        }
        Usage.Builder builder = Usage.builder(MOST_ANSWERS);
        put(builder, answered, counts);
        if (ofAnswer != null) {
            ofAnswer.put(builder);
        }
        if (isSent()) {
            complete(builder);
        }
        if (impossible) {
            // leaves the usage as it is and says that something in it cannot be
            builder.set(Unit.INPUT_TOKENS, -1);
        }
        return builder.build();
    }

    /** Adds what only the request counts. */
    private void complete(Usage.Builder builder) {
        Usage said = builder.build();
        Usage shown = shown();
        for (Unit unit : shown.units()) {
            if (said.count(unit) == 0) {
                builder.set(unit, shown.quantity(unit));
            }
        }
    }

    /** What the request shows of itself. */
    private Usage shown() {
        if (!isSent()) {
            return Usage.NONE;
        }
        Usage.Builder builder = Usage.builder(2);
        put(builder, asked, sent);
        if (ofRequest != null) {
            ofRequest.put(builder);
        }
        return builder.build();
    }

    private static void put(Usage.Builder builder, MessagePaths paths, ChoiceCounts counts) {
        List<MessagePaths.Count> declared = paths.counts();
        for (int i = 0; i < declared.size(); i++) {
            Unit unit = declared.get(i).unit();
            long sum = ChoiceCounts.ABSENT;
            int term = i;
            do {
                long own = declared.get(term).once() ? counts.max(term) : counts.sum(term);
                sum = own == ChoiceCounts.ABSENT ? sum : sum == ChoiceCounts.ABSENT ? own : sum + own;
                term++;
            } while (term < declared.size() && declared.get(term).more());
            i = term - 1;
            if (sum != ChoiceCounts.ABSENT) {
                builder.set(unit, sum);
            }
        }
    }

    /**
     * What the text says that was seen: what was sent, counted exactly where the request says so, and what was generated, at
     * most what the request allows. Of which nothing was seen, nothing is said.
     */
    Usage estimate() {
        Usage.Builder builder = Usage.builder(2);
        putSent(builder);
        if (estimate != null) {
            estimate.putGenerated(builder, model(), mostOutput());
        }
        return builder.build();
    }

    private void putSent(Usage.Builder builder) {
        Usage shown = shown();
        for (Unit unit : shown.units()) {
            builder.set(unit, shown.quantity(unit));
        }
        if (estimate != null && shown.count(Unit.INPUT_TOKENS) == 0) {
            estimate.putSent(builder, model());
        }
    }

    private long mostOutput() {
        return maxOutput < 0 ? Long.MAX_VALUE : Math.min(maxOutput, Integer.MAX_VALUE) * choices;
    }

    /** The side of the prompt alone: as reported, or else as far as the request shows it. */
    Usage promptOnly() {
        Usage reported = usage();
        Usage.Builder builder = Usage.builder(2);
        if (reported.count(Unit.INPUT_TOKENS) == 0) {
            putSent(builder);
        }
        for (Unit unit : reported.units()) {
            if (MessagePaths.isPrompt(unit) && reported.count(unit) > 0) {
                builder.set(unit, reported.quantity(unit));
            }
        }
        return builder.build();
    }

    /** Everything else that is known. */
    void fill(Attempt.Builder attempt) {
        attempt.responseId(responseId).serviceTier(serviceTier).region(region);
        if (cost != ChoiceCounts.ABSENT) {
            attempt.reportedCost(Money.of(BigDecimal.valueOf(cost, usage.costDecimals()), Money.USD));
        }
    }

    /** The call is at its end. */
    void forget() {
        if (estimate != null) {
            estimate.forget();
        }
    }

    /** Paths that do not fit the messages, told to the first reading that finds them. */
    List<String> problems() {
        return problems;
    }

    /** What an extractor of the application says. */
    private final class Extracted implements GrpcUsage.Counts {
        private final NamedCounts into;

        Extracted(NamedCounts into) {
            this.into = into;
        }

        @Override
        public GrpcUsage.Counts set(Unit unit, long count) {
            if (isSaid(unit, count)) {
                into.set(unit, count);
            }
            return this;
        }

        @Override
        public GrpcUsage.Counts add(Unit unit, long count) {
            if (isSaid(unit, count)) {
                into.add(unit, count);
            }
            return this;
        }

        private boolean isSaid(Unit unit, long count) {
            boolean said = isCount(count == ChoiceCounts.ABSENT ? -1 : count);
            output |= said && into == ofAnswer && count > 0 && !MessagePaths.isPrompt(unit);
            return said;
        }

        @Override
        public GrpcUsage.Counts model(@Nullable String name) {
            String known = usage.model(name);
            if (known != null && into == ofAnswer) {
                model = known;
            } else if (known != null) {
                requestModel = known;
            }
            return this;
        }

        @Override
        public GrpcUsage.Counts responseId(@Nullable String id) {
            responseId = id == null || id.isEmpty() ? responseId : id;
            return this;
        }

        @Override
        public GrpcUsage.Counts finished() {
            finished = true;
            return this;
        }

        @Override
        public GrpcUsage.Counts failed() {
            error = true;
            return this;
        }
    }
}
