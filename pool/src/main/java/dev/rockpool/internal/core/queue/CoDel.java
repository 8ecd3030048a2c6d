package dev.rockpool.internal.core.queue;

import dev.rockpool.internal.core.slot.NanoMath;

/**
 * Whether the waiters of one priority wait too long, all of them, for too long. The evidence: somebody was served, or stands at the head of the
 * line, after more than the target. It must go on for the interval without a gap; one who is served within the target ends it.
 *
 * <p>The head has been above the target since it reached it, and nobody behind it was served since; so nothing has to be looked at in between.
 * Not thread-safe: guarded by the lock of {@code WaitQueue}.
 */
final class CoDel {
    private final OverloadSettings settings;
    private long aboveSince = Long.MAX_VALUE;
    private long lastAbove = Long.MIN_VALUE;

    CoDel(OverloadSettings settings) {
        this.settings = settings;
    }

    /** Somebody whose wait began then is served now. */
    void served(long since, long now) {
        if (now - since > settings.target()) above(since, now);
        else aboveSince = Long.MAX_VALUE;
    }

    /** Whether whoever waits since then, the head of the line, is to be shed now. */
    boolean sheds(long since, long now) {
        if (now - since <= settings.target()) return false;
        above(since, now);
        return now - aboveSince >= settings.interval() && now - since >= settings.limit();
    }

    Shed shed(long since, long now) {
        return new Shed(settings, now - since, now - aboveSince);
    }

    /** When the head of the line, whose wait began then, is to be shed if nobody is served before. */
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
