package dev.rockpool.jdbc.internal.errors;

import java.sql.SQLException;

/** The driver returned no connection, and a retry cannot help. */
public final class NoConnectionException extends SQLException {
    public NoConnectionException(String message) {
        super(message, "08001");
    }
}
