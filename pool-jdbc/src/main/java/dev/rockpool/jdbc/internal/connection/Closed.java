package dev.rockpool.jdbc.internal.connection;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/** The errors for code that uses what is closed. */
public final class Closed {
    private static final String NO_CONNECTION = "08003";

    /** The standard's for a call that comes at the wrong time. Class 08 would say that the connection is lost. */
    private static final String WRONG_TIME = "HY010";

    private Closed() {}

    /**
     * For a lease that is over.
     *
     * @param reason why, if the pool or its user ended it before it was returned; else null
     */
    public static SQLException connection(String reason) {
        String why = reason == null ? "" : ": " + reason;
        return new SQLNonTransientConnectionException("Connection is closed" + why, NO_CONNECTION);
    }

    /**
     * For a statement, a result set or a value, of which the lease may be open or not.
     *
     * @param what is closed; the first word of the message
     */
    static SQLException handle(String what) {
        return new SQLException(what + " is closed", WRONG_TIME);
    }

    /** For a call in which the lease was ended: who ended it and why, before what the driver made of that. */
    static SQLException inCall(String reason, SQLException error) {
        String state = error.getSQLState();
        return new SQLNonTransientConnectionException(
                "the lease was ended during this call: " + reason + "; the driver says: " + error.getMessage(),
                state != null && state.startsWith("08") ? state : NO_CONNECTION,
                error.getErrorCode(),
                error);
    }
}
