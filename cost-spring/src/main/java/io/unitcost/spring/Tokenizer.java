package io.unitcost.spring;

import io.unitcost.usage.TokenEstimator;
import org.springframework.util.ClassUtils;

/** The estimator of an application that has none: a tokenizer where its library is there. Its vocabulary takes a while to load. */
final class Tokenizer {

    private static final String JTOKKIT = "com.knuddels.jtokkit.Encodings";

    /** Whoever comes while it is loaded waits for it. */
    static final TokenEstimator INSTANCE = ClassUtils.isPresent(JTOKKIT, Tokenizer.class.getClassLoader())
            ? TokenEstimator.jtokkit()
            : TokenEstimator.byScript();

    private Tokenizer() {}

    /** Loads it on this thread, unless another one does or has. */
    static void load() {
        INSTANCE.wantsSample();
    }
}
