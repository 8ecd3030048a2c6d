package dev.rockpool.examples.bench;

import java.util.Locale;

/**
 * How long to measure.
 *
 * @param quick whether this is the short form
 * @param forks JVMs per candidate and case, those of the candidates interleaved
 * @param warmUpSeconds in each JVM, before anything counts
 * @param mostWarmUpSeconds the warm-up goes on until the JIT compiler rests, but no longer than this; as long as {@code warmUpSeconds} where
 *     nobody looks whether it does
 * @param compilingSeconds the same for what is much code
 * @param windows how often is measured in each JVM
 * @param windowSeconds how long each of them takes
 * @param rounds how often something is repeated that is not measured by the second, such as the restart of a server
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
    /** What it takes to start a JVM and end it, about. */
    private static final double START_SECONDS = 1;

    /** Twice what the compiler takes for the largest case, where a processor is fast. */
    private static final double COMPILING_SECONDS = 12;

    /** What it takes there. */
    private static final double COMPILING_SECONDS_QUICK = 6;

    private static final double FIRST_LEVEL_SECONDS = 1.2;
    private static final double LATER_LEVEL_SECONDS = 0.3;

    /** A little less than ten minutes, for as many JVMs as it is made for. */
    private static final double QUICK_SECONDS = 570;

    private static final double QUICK_FORKS = 3;

    /** As short as figures bear that are to be compared with each other. */
    public static Effort quick(int forks) {
        return new Effort(true, forks, 0.6, 0.6, COMPILING_SECONDS_QUICK, 2, 0.25, 1);
    }

    /** For error bars of a few percent on a quiet machine. */
    public static Effort full(int forks) {
        return new Effort(false, forks, 3, 3, COMPILING_SECONDS, 5, 1, 5);
    }

    /** The same for what is much code: it is warmed up until the JIT compiler rests. */
    public Effort untilCompiled() {
        return warmUp(warmUpSeconds, compilingSeconds);
    }

    /** The same for one of several levels that run the same code: in the short form it is compiled with the first. */
    public Effort level(boolean first) {
        if (!quick) return this;
        double seconds = first ? FIRST_LEVEL_SECONDS : LATER_LEVEL_SECONDS;
        return warmUp(seconds, seconds);
    }

    /** The same for what needs a warm-up of so many seconds. */
    Effort atLeast(double seconds) {
        return warmUp(Math.max(warmUpSeconds, seconds), Math.max(mostWarmUpSeconds, seconds));
    }

    private Effort warmUp(double least, double most) {
        return new Effort(quick, forks, least, most, compilingSeconds, windows, windowSeconds, rounds);
    }

    /** The same with another longest warm-up for what is much code. */
    public Effort compiling(double seconds) {
        return new Effort(quick, forks, warmUpSeconds, mostWarmUpSeconds, seconds, windows, windowSeconds, rounds);
    }

    /** What one JVM takes that warms up and measures as often as this, at most, about. */
    public double seconds(int times) {
        return START_SECONDS + times * (mostWarmUpSeconds + windows * windowSeconds);
    }

    /** The same for so many levels. */
    public double secondsOfLevels(int count) {
        return level(true).seconds(1) + level(false).seconds(count - 1) - START_SECONDS;
    }

    /** How long all cases may take. */
    double limitSeconds() {
        return quick ? QUICK_SECONDS * Math.max(1, forks / QUICK_FORKS) : Double.POSITIVE_INFINITY;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d JVMs each, interleaved; in each %s of warm-up, or, where there is much code, until the JIT compiler rests, %.1f s at most; "
                        + "then %d x %s s",
                forks,
                quick ? "0.3 to 1.5 s" : warmUpSeconds + " s",
                compilingSeconds,
                windows,
                windowSeconds);
    }
}
