package dev.rockpool.examples;

/** How a program tells a script what became of it. */
public final class ExitCodes {
    public static final int GOOD = 0;
    public static final int FAILED = 1;
    public static final int WRONG_OPTIONS = 2;

    /** What a shell reports for a program that Ctrl-C ended; also used for SIGTERM, as the results are the same. */
    public static final int INTERRUPTED = 130;

    private ExitCodes() {}
}
