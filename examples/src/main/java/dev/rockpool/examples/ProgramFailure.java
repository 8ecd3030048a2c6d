package dev.rockpool.examples;

/** A failure outside the program. The message is one line for the user. */
public final class ProgramFailure extends RuntimeException {
    public ProgramFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
