package dev.rockpool.examples.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The main class of a forked JVM: reads what to measure from its input, and writes one line of results. */
public final class ForkMain {
    static final String RESULT = "@result ";

    private ForkMain() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        // Other output must not mix with the answer.
        System.setOut(System.err);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ForkInput input = ForkInput.fromJson(in.readLine());
        out.println(RESULT + measure(input, new ServerLink(in, out)).toJson());
        out.flush();
        // Threads left behind by a pool or a stuck caller must not keep the JVM alive.
        Runtime.getRuntime().halt(0);
    }

    private static ForkOutput measure(ForkInput input, ServerLink server) {
        try {
            ProcessCase found = (ProcessCase) Cases.named(input.getCase());
            return ForkOutput.of(found.measure(input, server));
        } catch (Throwable e) {
            e.printStackTrace();
            return ForkOutput.failed(e);
        }
    }
}
