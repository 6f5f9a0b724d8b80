package io.unitcost.spring.aop;

import io.unitcost.spring.AiFeature;
import io.unitcost.spring.InvalidSettingException;
import java.util.Comparator;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/** Refuses an {@link AiFeature} that the configuration does not have, if it has any. */
final class KnownFeatures {

    private static final int CLOSE = 3;

    private final Supplier<Set<String>> configured;

    KnownFeatures(Supplier<Set<String>> configured) {
        this.configured = configured;
    }

    void check(Class<?> bean) {
        Class<?> type = ClassUtils.getUserClass(bean);
        if (AnnotationUtils.isCandidateClass(type, AiFeature.class)) {
            AiFeaturePostProcessor.eachAnnotated(type, (place, annotation) -> check(place, annotation.value()));
        }
    }

    private void check(String place, String feature) {
        Set<String> names = configured.get();
        if (feature.isBlank()) {
            throw new InvalidSettingException(
                    "@AiFeature of " + place, feature, "the name is blank", "give a short name, such as chat");
        }
        if (!names.isEmpty() && !names.contains(feature)) {
            String close = names.stream()
                    .filter(name -> distance(name, feature) <= CLOSE)
                    .min(Comparator.comparingInt(name -> distance(name, feature)))
                    .map(name -> "write '" + name + "', or add ")
                    .orElse("add ");
            throw new InvalidSettingException(
                    "@AiFeature of " + place,
                    feature,
                    "there is no such feature in the configuration, which has " + String.join(", ", names),
                    close + "unitcost.features." + feature + " (with an objective, or {} for none)");
        }
    }

    /** Levenshtein's. */
    private static int distance(String one, String two) {
        int[] before = new int[two.length() + 1];
        for (int j = 0; j <= two.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[two.length() + 1];
            row[0] = i;
            for (int j = 1; j <= two.length(); j++) {
                int substituted = before[j - 1] + (one.charAt(i - 1) == two.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substituted, Math.min(before[j], row[j - 1]) + 1);
            }
            before = row;
        }
        return before[two.length()];
    }
}
