package dev.rockpool.examples;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Runs a program from the command line, with the same error handling for all programs. */
public final class CommandLines {
    private static volatile boolean isProgram;

    private CommandLines() {}

    /** Whether this process was started for a program, rather than for a test that runs one. */
    public static boolean isProgram() {
        return isProgram;
    }

    /** Ends the JVM with the exit code of the program. */
    public static void runAndExit(Object program, String... args) {
        isProgram = true;
        System.exit(run(program, new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    /** Runs the program and returns its exit code: 0 success, 1 failure, 2 wrong options, 130 interrupted. */
    public static int run(Object program, PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(program)
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((wrong, given) -> fail(err, ExitCodes.WRONG_OPTIONS, wrong))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof ProgramFailure) return fail(err, ExitCodes.FAILED, failure);
                    throw failure;
                })
                .execute(args);
    }

    private static int fail(PrintWriter err, int exitCode, Exception failure) {
        err.println("error: " + failure.getMessage().lines().findFirst().orElse("unknown"));
        return exitCode;
    }
}
