package dev.rockpool.examples.bench;

/**
 * How long to measure.
 *
 * @param quick whether this is the short form
 * @param forks JVMs per candidate and case, those of the candidates interleaved
 * @param warmUpSeconds in each JVM, before anything counts
 * @param mostWarmUpSeconds where callers queue, the warm-up lasts until the JIT compiler rests, but no longer than this
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

    /** As short as figures bear that are to be compared with each other. */
    public static Effort quick(int forks) {
        return new Effort(true, forks, 0.6, 10, 2, 0.25, 1);
    }

    /** For error bars of a few percent on a quiet machine. */
    public static Effort full(int forks) {
        return new Effort(false, forks, 3, 15, 5, 1, 5);
    }

    /** What one JVM takes that warms up and measures as often as this, about. */
    public double seconds(int times) {
        return START_SECONDS + times * (warmUpSeconds + windows * windowSeconds);
    }

    @Override
    public String toString() {
        return "%d JVMs each, interleaved; in each %s s of warm-up, where callers queue until the JIT compiler rests (%s s at most); then %d x %s s"
                .formatted(forks, warmUpSeconds, mostWarmUpSeconds, windows, windowSeconds);
    }
}
