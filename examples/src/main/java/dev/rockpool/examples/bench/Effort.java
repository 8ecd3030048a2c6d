package dev.rockpool.examples.bench;

import org.openjdk.jmh.runner.options.TimeValue;

/**
 * How long to measure.
 *
 * @param forks JVMs per candidate, one after the other, those of the candidates interleaved
 * @param warmups iterations of each fork that do not count
 * @param iterations iterations of each fork that count
 * @param seconds how long an iteration takes
 * @param bytes whether to count the bytes that are allocated, too
 */
record Effort(int forks, int warmups, int iterations, int seconds, boolean bytes) {
    /** What it takes to start a JVM and end it, about. */
    private static final int START_SECONDS = 2;

    /** Two minutes with three forks, or enough for error bars of a few percent on a quiet machine. */
    static Effort of(int forks, boolean quick, boolean bytes) {
        return quick ? new Effort(forks, 3, 5, 1, bytes) : new Effort(forks, 5, 10, 2, bytes);
    }

    TimeValue iteration() {
        return TimeValue.seconds(seconds);
    }

    /** What it comes to. */
    int totalSeconds(int candidates) {
        return candidates * forks * (START_SECONDS + (warmups + iterations) * seconds);
    }

    @Override
    public String toString() {
        return "%d forks of %d x %d s each, after %d s of warm-up"
                .formatted(forks, iterations, seconds, warmups * seconds);
    }
}
