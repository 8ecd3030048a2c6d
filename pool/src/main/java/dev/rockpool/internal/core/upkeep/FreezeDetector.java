package dev.rockpool.internal.core.upkeep;

/**
 * Detects that the process was frozen: it was stopped, its virtual machine was moved, or its machine slept. Sessions
 * may have died meanwhile, so no idle connection can be trusted.
 *
 * <p>After a stop, timers fire late. A sleeping machine may stop the timer clock too. Then the wall clock has advanced
 * further than the timer clock. A wall clock that is set forward looks the same, and costs a few probes.
 *
 * <p>Single-threaded: belongs to the keeper, except {@link #mayHaveSlept}. All times in nanoseconds.
 */
public final class FreezeDetector {
    /** Shorter freezes happen on any busy machine. */
    private static final long LEAST = 50_000_000;

    private long planned = Long.MAX_VALUE;

    /** How far the wall clock was ahead of the timer clock at the last call. */
    private volatile long ahead;

    private boolean started;

    /** Called before the keeper sleeps until this time; {@code Long.MAX_VALUE} for no limit. */
    public void sleepsUntil(long time) {
        planned = time;
    }

    /**
     * Called when the keeper is awake. Returns whether the process was frozen since the last call.
     *
     * @param now the timer clock
     * @param wall the wall clock; any constant if there is none to compare with
     * @param trustWindow how long an idle connection is trusted; freezes of up to half of it are ignored
     */
    public boolean hasFrozen(long now, long wall, long trustWindow) {
        boolean late = planned < now && now - planned >= tolerated(trustWindow);
        boolean slept = started && mayHaveSlept(now, wall, trustWindow);
        planned = Long.MAX_VALUE;
        ahead = wall - now;
        started = true;
        return late || slept;
    }

    /**
     * Whether the machine may have slept since the keeper was awake. Called by any thread that comes before the keeper
     * may have noticed it.
     */
    public boolean mayHaveSlept(long now, long wall, long trustWindow) {
        return wall - now - ahead >= tolerated(trustWindow);
    }

    private static long tolerated(long trustWindow) {
        return Math.max(LEAST, trustWindow / 2);
    }
}
