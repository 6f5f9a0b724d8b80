package io.unitcost.spring;

import org.jspecify.annotations.Nullable;

/** A property that cannot be what was meant; says which, what it is, why not and what to do. The application does not start. */
public final class InvalidSettingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;
    private final String value;
    private final String reason;
    private final String remedy;

    /**
     * What is wrong.
     *
     * @param property its whole name, or the annotation that says it
     * @param value as given, {@code null} if it is missing
     * @param reason why it cannot be
     * @param remedy what to write instead
     */
    public InvalidSettingException(String property, @Nullable Object value, String reason, String remedy) {
        this(property, value, reason, remedy, null);
    }

    InvalidSettingException(
            String property, @Nullable Object value, String reason, String remedy, @Nullable Throwable cause) {
        super(
                property + " = " + (value == null ? "(not set)" : "'" + value + "'") + ": " + reason + "; " + remedy,
                cause);
        this.property = property;
        this.value = value == null ? "(not set)" : String.valueOf(value);
        this.reason = reason;
        this.remedy = remedy;
    }

    String property() {
        return property;
    }

    String value() {
        return value;
    }

    String reason() {
        return reason;
    }

    String remedy() {
        return remedy;
    }
}
