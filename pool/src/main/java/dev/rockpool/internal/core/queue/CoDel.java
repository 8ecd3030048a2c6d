package dev.rockpool.internal.core.queue;

import dev.rockpool.internal.base.NanoMath;

/**
 * Detects overload of one priority, modelled on CoDel: all of its waiters have waited too long, for too long. The
 * evidence is a waiter that is served, or at the head of the lane, after more than the target. The evidence must
 * continue for the interval without a gap. A waiter that is served within the target ends it.
 *
 * <p>The head has been above the target since it got there, and no waiter behind it was served since. So nothing needs
 * to be checked in between. Not thread-safe: guarded by the lock of {@code WaitQueue}.
 */
final class CoDel {
    private final OverloadSettings settings;
    private long aboveSince = Long.MAX_VALUE;
    private long lastAbove = Long.MIN_VALUE;

    CoDel(OverloadSettings settings) {
        this.settings = settings;
    }

    /** Records that a waiter is served now that has waited since {@code since}. */
    void served(long since, long now) {
        if (now - since > settings.target()) above(since, now);
        else aboveSince = Long.MAX_VALUE;
    }

    /** Whether the head of the lane, which has waited since {@code since}, must be shed now. */
    boolean sheds(long since, long now) {
        if (now - since <= settings.target()) return false;
        above(since, now);
        return now - aboveSince >= settings.interval() && now - since >= settings.limit();
    }

    Shed shed(long since, long now) {
        return new Shed(settings, now - since, now - aboveSince);
    }

    /**
     * When the head of the lane, which has waited since {@code since}, must be shed unless a waiter is served before.
     */
    long due(long since) {
        long above = NanoMath.after(since, settings.target());
        long overloaded = NanoMath.after(isContinued(above) ? aboveSince : above, settings.interval());
        return Math.max(overloaded, NanoMath.after(since, settings.limit()));
    }

    private void above(long since, long now) {
        long from = since + settings.target();
        if (!isContinued(from)) aboveSince = from;
        lastAbove = now;
    }

    private boolean isContinued(long from) {
        return aboveSince != Long.MAX_VALUE && from <= NanoMath.after(lastAbove, settings.interval());
    }
}
