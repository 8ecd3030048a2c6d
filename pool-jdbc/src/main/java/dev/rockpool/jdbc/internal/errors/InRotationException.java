package dev.rockpool.jdbc.internal.errors;

import java.sql.SQLException;

/** The server rejects a login that it accepted before, so its password or its rights have changed. */
public final class InRotationException extends SQLException {
    public InRotationException(SQLException refusal) {
        super(refusal.getMessage(), refusal.getSQLState(), refusal.getErrorCode(), refusal);
    }
}
