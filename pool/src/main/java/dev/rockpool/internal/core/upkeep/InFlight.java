package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;

/**
 * Counts the connects and probes in flight for waiters, and which of them are slow. Slow ones no longer count as help,
 * because one hung connect or probe must not keep others from being tried.
 */
final class InFlight {
    private int opening;
    private int slowOpens;
    private int probing;
    private int slowProbes;
    private int stale;
    private long nextSlow = Long.MAX_VALUE;

    static InFlight of(Slots<?> slots, long now, MaintenanceSettings settings) {
        InFlight result = new InFlight();
        for (Slot<?> slot : slots.all()) {
            Phase phase = slot.phase();
            if (phase == Phase.OPENING) {
                result.opening++;
                if (result.isSlow(slot.begunAt + settings.slowOpen(), now)) result.slowOpens++;
            } else if (phase == Phase.PROBING) {
                result.probing++;
                if (result.isSlow(slot.begunAt + settings.slowProbe(), now)) result.slowProbes++;
            } else if (slot.isStale()) {
                result.stale++;
            }
        }
        return result;
    }

    private boolean isSlow(long from, long now) {
        if (from <= now) return true;
        nextSlow = Math.min(nextSlow, from);
        return false;
    }

    int opening() {
        return opening;
    }

    int slowOpens() {
        return slowOpens;
    }

    int freshOpens() {
        return opening - slowOpens;
    }

    int freshProbes() {
        return probing - slowProbes;
    }

    int stale() {
        return stale;
    }

    int all() {
        return opening + probing;
    }

    /**
     * How many waiters may be helped soon. Stale slots count, because they are probed at the next look for waiters that
     * arrived during this one. While one probe hangs, the others probably will too, so they do not count.
     */
    int help() {
        return freshOpens() + (slowProbes > 0 ? 0 : probing + stale);
    }

    /** When the next connect or probe becomes slow; {@code Long.MAX_VALUE} if all are slow or there is none. */
    long nextSlow() {
        return nextSlow;
    }
}
