package dev.rockpool.jdbc.internal.connection;

/** A connection could not be prepared for its user, and is gone. Carries the cause, and has no stack of its own. */
public final class UnpreparedException extends Exception {
    UnpreparedException(Throwable cause) {
        super(null, cause, false, false);
    }
}
