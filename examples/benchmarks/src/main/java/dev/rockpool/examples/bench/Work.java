package dev.rockpool.examples.bench;

import java.util.Arrays;
import java.util.function.LongConsumer;

/** How much to compute to keep a processor busy for a while. */
final class Work {
    /** What a caller computes while it holds a connection, in nanoseconds. */
    static final double HOLD_NANOS = 400;

    private static final long TOKENS = 1_000_000;
    private static final int ATTEMPTS = 15;

    private Work() {}

    /**
     * How many tokens take as long as a hold on this machine. Measured once per run, so that all forks compute the
     * same.
     *
     * @param consume computes this many tokens
     */
    static long calibrate(LongConsumer consume) {
        double[] nanos = new double[ATTEMPTS];
        for (int i = 0; i < ATTEMPTS; i++) {
            long start = System.nanoTime();
            consume.accept(TOKENS);
            nanos[i] = System.nanoTime() - start;
        }
        // Other processes can only make it slower.
        double best = Arrays.stream(nanos).min().orElseThrow();
        return Math.max(1, Math.round(TOKENS * HOLD_NANOS / best));
    }
}
