package dev.rockpool.jdbc.internal.errors;

import java.sql.SQLException;

/** The server refuses a login that it accepted before: its password is changed, or its rights are. */
public final class InRotationException extends SQLException {
    public InRotationException(SQLException refusal) {
        super(refusal.getMessage(), refusal.getSQLState(), refusal.getErrorCode(), refusal);
    }
}
