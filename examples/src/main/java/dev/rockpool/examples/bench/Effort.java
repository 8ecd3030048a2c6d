package dev.rockpool.examples.bench;

/**
 * How long to measure.
 *
 * @param quick whether this is the short form
 * @param forks JVMs per candidate and case, those of the candidates interleaved
 * @param warmUpSeconds in each JVM, before anything counts
 * @param mostWarmUpSeconds the warm-up goes on until the JIT compiler rests, but no longer than this; as long as {@code warmUpSeconds} where
 *     nobody looks whether it does
 * @param windows how often is measured in each JVM
 * @param windowSeconds how long each of them takes
 * @param rounds how often something is repeated that is not measured by the second, such as the restart of a server
 */
public record Effort(
        boolean quick,
        int forks,
        double warmUpSeconds,
        double mostWarmUpSeconds,
        int windows,
        double windowSeconds,
        int rounds) {
    /** What it takes to start a JVM and end it, about. */
    private static final double START_SECONDS = 1;

    /** Twice what the compiler takes for the largest case, where a processor is fast. */
    private static final double MOST_WARM_UP_SECONDS = 12;

    /** What it takes there; where it is slow the short form still has to end in time. */
    private static final double MOST_WARM_UP_SECONDS_QUICK = 6;

    /** As short as figures bear that are to be compared with each other. */
    public static Effort quick(int forks) {
        return new Effort(true, forks, 0.6, 0.6, 2, 0.25, 1);
    }

    /** For error bars of a few percent on a quiet machine. */
    public static Effort full(int forks) {
        return new Effort(false, forks, 3, 3, 5, 1, 5);
    }

    /** The same for what is much code: it is warmed up until the JIT compiler rests. */
    public Effort untilCompiled() {
        double most = quick ? MOST_WARM_UP_SECONDS_QUICK : MOST_WARM_UP_SECONDS;
        return new Effort(quick, forks, warmUpSeconds, most, windows, windowSeconds, rounds);
    }

    /** What one JVM takes that warms up and measures as often as this, about. */
    public double seconds(int times) {
        return START_SECONDS + times * (warmUpSeconds + windows * windowSeconds);
    }

    @Override
    public String toString() {
        return "%d JVMs each, interleaved; in each %s s of warm-up, or, where there is much code, until the JIT compiler rests; then %d x %s s"
                .formatted(forks, warmUpSeconds, windows, windowSeconds);
    }
}
