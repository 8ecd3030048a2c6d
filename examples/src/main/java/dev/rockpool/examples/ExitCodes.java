package dev.rockpool.examples;

/** The exit codes of the programs. */
public final class ExitCodes {
    public static final int GOOD = 0;
    public static final int FAILED = 1;
    public static final int WRONG_OPTIONS = 2;

    /** The exit code that a shell reports after Ctrl-C. Also used for SIGTERM, because the results are the same. */
    public static final int INTERRUPTED = 130;

    private ExitCodes() {}
}
