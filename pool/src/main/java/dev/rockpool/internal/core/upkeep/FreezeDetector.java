package dev.rockpool.internal.core.upkeep;

/**
 * Notices that the process stood still: it was stopped, its virtual machine was moved, or its machine slept. Sessions may
 * have died meanwhile, so nothing idle can be trusted.
 *
 * <p>A stopped process sees its timers fire late. A machine that sleeps may stop the timers as well; then the wall clock
 * has moved further than the clock of the timers. A wall clock that is set forward looks the same, and costs a few probes.
 *
 * <p>Single-threaded: belongs to the keeper. All times in nanoseconds.
 */
public final class FreezeDetector {
    /** Shorter ones happen on any busy machine. */
    private static final long LEAST = 50_000_000;

    private long planned = Long.MAX_VALUE;
    private long before;
    private long wallBefore;
    private boolean started;

    /** The keeper sleeps now, and asked to be woken at this time; {@code Long.MAX_VALUE} for never. */
    public void sleepsUntil(long time) {
        planned = time;
    }

    /**
     * The keeper is awake. Tells whether the process has stood still since the last call.
     *
     * @param now the clock of the timers
     * @param wall the wall clock; any constant if there is none to compare with
     * @param trustWindow how long an idle connection is trusted; half of it is what goes unnoticed
     */
    public boolean endedBefore(long now, long wall, long trustWindow) {
        long tolerated = Math.max(LEAST, trustWindow / 2);
        boolean late = planned < now && now - planned >= tolerated;
        boolean slept = started && wall - wallBefore - (now - before) >= tolerated;
        planned = Long.MAX_VALUE;
        before = now;
        wallBefore = wall;
        started = true;
        return late || slept;
    }
}
