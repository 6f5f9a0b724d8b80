package io.unitcost.spring;

import java.math.BigDecimal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands a setting over to what takes it, and says its property where that refuses it. */
final class Settings {

    private Settings() {}

    static <T> void set(String property, @Nullable T value, Consumer<T> setter, String remedy) {
        if (value == null) {
            return;
        }
        try {
            setter.accept(value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new InvalidSettingException(property, value, reason(e), remedy, e);
        }
    }

    static String required(String property, @Nullable String value, String remedy) {
        if (value == null || value.isBlank()) {
            throw new InvalidSettingException(property, value, "it is missing", remedy);
        }
        return value;
    }

    static String reason(Exception refusal) {
        return String.valueOf(refusal.getMessage());
    }

    static @Nullable String text(@Nullable BigDecimal amount) {
        return amount == null ? null : amount.toPlainString();
    }
}
