package dev.rockpool.jdbc.internal.errors;

import java.sql.SQLException;

/** The server or the driver refused a setting, or a statement of the user, for a new connection. */
public final class RefusedException extends SQLException {
    private final String property;
    private final transient Object value;
    private final SQLException refusal;
    private final boolean isFinal;

    /**
     * @param property the name of the setting
     * @param value null if it cannot be shown
     */
    public RefusedException(String property, Object value, SQLException refusal) {
        this(property, value, refusal, false);
    }

    private RefusedException(String property, Object value, SQLException refusal, boolean isFinal) {
        super(
                property + (value == null ? "" : " '" + value + "'") + " is refused: "
                        + (refusal.getMessage() == null ? refusal.toString() : refusal.getMessage()),
                refusal.getSQLState(),
                refusal.getErrorCode(),
                refusal);
        this.property = property;
        this.value = value;
        this.refusal = refusal;
        this.isFinal = isFinal;
    }

    /** The name of the setting. */
    public String property() {
        return property;
    }

    /** Whether the setting was never accepted in this pool and will not be, so that a retry cannot help. */
    public boolean isFinal() {
        return isFinal;
    }

    /** The same without secrets. */
    public RefusedException told(SecretRedactor redactor, boolean isFinal) {
        Object shown = value instanceof String text ? redactor.text(text) : value;
        SQLException cause = redactor.error(refusal) instanceof SQLException hidden ? hidden : refusal;
        return new RefusedException(property, shown, cause, isFinal);
    }
}
