package dev.rockpool.jdbc.internal.connection;

/**
 * A connection could not be prepared for its user and was closed. Carries the cause, without a stack trace of its own.
 */
public final class UnpreparedException extends Exception {
    UnpreparedException(Throwable cause) {
        super(null, cause, false, false);
    }
}
