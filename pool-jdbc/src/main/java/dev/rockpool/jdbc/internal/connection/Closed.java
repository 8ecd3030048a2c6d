package dev.rockpool.jdbc.internal.connection;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/** The errors for uses of closed objects. */
public final class Closed {
    private static final String NO_CONNECTION = "08003";

    /** The standard's state for a call at the wrong time. Class 08 would mean that the connection is lost. */
    private static final String WRONG_TIME = "HY010";

    private Closed() {}

    /**
     * For a lease that has ended.
     *
     * @param reason why the pool or its user ended the lease before it was returned; null if it was returned
     */
    public static SQLException connection(String reason) {
        String why = reason == null ? "" : ": " + reason;
        return new SQLNonTransientConnectionException("Connection is closed" + why, NO_CONNECTION);
    }

    /**
     * For a statement, a result set or a value, whether or not its lease has ended.
     *
     * @param what the closed object; the first word of the message
     */
    static SQLException handle(String what) {
        return new SQLException(what + " is closed", WRONG_TIME);
    }

    /** For a call during which the lease was ended: the reason, followed by the driver's error. */
    static SQLException inCall(String reason, SQLException error) {
        String state = error.getSQLState();
        return new SQLNonTransientConnectionException(
                "the lease was ended during this call: " + reason + "; the driver says: " + error.getMessage(),
                state != null && state.startsWith("08") ? state : NO_CONNECTION,
                error.getErrorCode(),
                error);
    }
}
