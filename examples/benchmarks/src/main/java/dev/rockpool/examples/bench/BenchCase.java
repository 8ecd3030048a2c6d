package dev.rockpool.examples.bench;

import java.util.List;

/** A case, measured in a separate JVM for each candidate and fork. */
public abstract class BenchCase {
    private static final double SLACK_SECONDS = 15;
    private static final double SLACK_SECONDS_QUICK = 8;
    private static final double SLACK = 4;

    private final About about;

    protected BenchCase(About about) {
        this.about = about;
    }

    public final About about() {
        return about;
    }

    public final String key() {
        return about.key();
    }

    /** The metrics. The first one is shown first. */
    public abstract List<Metric> metrics();

    /** The candidates. The first one is Rockpool, with which the others are compared. */
    public abstract List<Candidate> candidates();

    /** The goals of Rockpool. */
    public List<Goal> goals() {
        return List.of();
    }

    /** Whether the quick form measures it without being asked. */
    public boolean isQuick() {
        return true;
    }

    /** Whether it needs a PostgreSQL. */
    public boolean needsServer() {
        return false;
    }

    /** Whether candidates may be measured at the same time, because they hardly need the processor. */
    public boolean sideBySide() {
        return false;
    }

    /** Why it cannot be measured here; null if it can. */
    public String obstacle() {
        return null;
    }

    /** About how long one JVM takes. */
    public double seconds(Effort effort) {
        return effort.seconds(1);
    }

    /**
     * Measures a candidate in a new JVM.
     *
     * @param server restarts the server when the other JVM asks for it
     * @return what was measured, and what failed
     * @throws ForkFailure if nothing was measured
     */
    abstract ForkOutput fork(ForkInput input, Runnable server) throws ForkFailure, InterruptedException;

    /** How long a JVM may take before it counts as hung. */
    final double limitSeconds(Effort effort) {
        return (effort.quick() ? SLACK_SECONDS_QUICK : SLACK_SECONDS) + SLACK * seconds(effort);
    }
}
