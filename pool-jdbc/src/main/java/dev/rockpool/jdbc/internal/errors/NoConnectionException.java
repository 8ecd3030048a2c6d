package dev.rockpool.jdbc.internal.errors;

import java.sql.SQLException;

/** The driver gave no connection, in a way that another try will not mend. */
public final class NoConnectionException extends SQLException {
    public NoConnectionException(String message) {
        super(message, "08001");
    }
}
