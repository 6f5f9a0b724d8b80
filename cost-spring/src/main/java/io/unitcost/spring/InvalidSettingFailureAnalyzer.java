package io.unitcost.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/** Tells why an application with a wrong {@code unitcost.*} property does not start, and where that was written. */
final class InvalidSettingFailureAnalyzer extends AbstractFailureAnalyzer<InvalidSettingException> {

    private final Environment environment;

    InvalidSettingFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidSettingException cause) {
        String description = "A setting of Unitcost is wrong:\n\n    Property: " + cause.property() + "\n    Value: "
                + cause.value() + originOf(cause.property()) + "\n    Reason: " + cause.reason();
        return new FailureAnalysis(description, sentence(cause.remedy()), cause);
    }

    private String originOf(String property) {
        if (environment instanceof ConfigurableEnvironment configurable) {
            for (PropertySource<?> source : configurable.getPropertySources()) {
                Origin origin = OriginLookup.getOrigin(source, property);
                if (origin != null) {
                    return "\n    Origin: " + origin;
                }
            }
        }
        return "";
    }

    private static String sentence(String remedy) {
        return Character.toUpperCase(remedy.charAt(0)) + remedy.substring(1) + '.';
    }
}
