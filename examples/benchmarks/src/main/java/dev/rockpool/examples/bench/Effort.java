package dev.rockpool.examples.bench;

import java.util.Locale;

/**
 * How long to measure.
 *
 * @param quick whether this is the quick form
 * @param forks JVMs per candidate and case; the candidates are interleaved
 * @param warmUpSeconds in each JVM, before anything counts
 * @param mostWarmUpSeconds the longest warm-up while the JIT compiler is not idle; equal to {@code warmUpSeconds} if
 *   that is not checked
 * @param compilingSeconds the longest warm-up for cases with much code
 * @param windows how many times each JVM measures
 * @param windowSeconds how long each measurement takes
 * @param rounds how often something not measured by time is repeated, such as the restart of a server
 */
public record Effort(
        boolean quick,
        int forks,
        double warmUpSeconds,
        double mostWarmUpSeconds,
        double compilingSeconds,
        int windows,
        double windowSeconds,
        int rounds) {
    /** About the time to start and end a JVM. */
    private static final double START_SECONDS = 1;

    /** Longer than the compiler needs for the largest case on a slow processor, which is up to 20 s. */
    private static final double COMPILING_SECONDS = 30;

    /** The time that the compiler needs on a fast processor. */
    private static final double COMPILING_SECONDS_QUICK = 6;

    private static final double FIRST_LEVEL_SECONDS = 1.2;
    private static final double LATER_LEVEL_SECONDS = 0.3;

    /** A little less than ten minutes, for the default number of JVMs. */
    private static final double QUICK_SECONDS = 570;

    private static final double QUICK_FORKS = 3;

    /** As short as comparable figures allow. */
    public static Effort quick(int forks) {
        return new Effort(true, forks, 0.6, 0.6, COMPILING_SECONDS_QUICK, 2, 0.25, 1);
    }

    /** For error bars of a few percent on a quiet machine. */
    public static Effort full(int forks) {
        return new Effort(false, forks, 3, 3, COMPILING_SECONDS, 5, 1, 5);
    }

    /** The same effort for cases with much code: warms up until the JIT compiler is idle. */
    public Effort untilCompiled() {
        return warmUp(warmUpSeconds, compilingSeconds);
    }

    /**
     * The same effort for one of several levels that run the same code. In the quick form only the first level needs
     * the long warm-up.
     */
    public Effort level(boolean first) {
        if (!quick) return this;
        double seconds = first ? FIRST_LEVEL_SECONDS : LATER_LEVEL_SECONDS;
        return warmUp(seconds, seconds);
    }

    /** The same effort with a warm-up of at least this many seconds. */
    Effort atLeast(double seconds) {
        return warmUp(Math.max(warmUpSeconds, seconds), Math.max(mostWarmUpSeconds, seconds));
    }

    private Effort warmUp(double least, double most) {
        return new Effort(quick, forks, least, most, compilingSeconds, windows, windowSeconds, rounds);
    }

    /** The same effort with another longest warm-up for cases with much code. */
    public Effort compiling(double seconds) {
        return new Effort(quick, forks, warmUpSeconds, mostWarmUpSeconds, seconds, windows, windowSeconds, rounds);
    }

    /** About the longest time of a JVM that warms up and measures this many times. */
    public double seconds(int times) {
        return START_SECONDS + times * (mostWarmUpSeconds + windows * windowSeconds);
    }

    /** About the longest time of a JVM that measures this many levels. */
    public double secondsOfLevels(int count) {
        return level(true).seconds(1) + level(false).seconds(count - 1) - START_SECONDS;
    }

    /** The time limit for all cases. */
    double limitSeconds() {
        return quick ? QUICK_SECONDS * Math.max(1, forks / QUICK_FORKS) : Double.POSITIVE_INFINITY;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d JVMs each, interleaved; in each %s of warm-up, or, with much code, until the JIT compiler is idle, at most %.1f s; "
                        + "then %d x %s s",
                forks,
                quick ? "0.3 to 1.5 s" : warmUpSeconds + " s",
                compilingSeconds,
                windows,
                windowSeconds);
    }
}
