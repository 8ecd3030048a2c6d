package dev.rockpool.examples;

/** Something outside the program keeps it from working; the message is one line for its user. */
public final class ProgramFailure extends RuntimeException {
    public ProgramFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
