package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;

/**
 * What is under way for callers who wait, and what of it has taken so long that it is not counted on any more: one
 * connect or probe that hangs must not keep others from being tried.
 */
final class InFlight {
    private int opening;
    private int slowOpens;
    private int probing;
    private int slowProbes;
    private int stale;
    private long nextSlow = Long.MAX_VALUE;

    static InFlight of(Slots<?> slots, long now, MaintenanceSettings settings) {
        InFlight underway = new InFlight();
        for (Slot<?> slot : slots.all()) {
            Phase phase = slot.phase();
            if (phase == Phase.OPENING) {
                underway.opening++;
                if (underway.isSlow(slot.begunAt + settings.slowOpen(), now)) underway.slowOpens++;
            } else if (phase == Phase.PROBING) {
                underway.probing++;
                if (underway.isSlow(slot.begunAt + settings.slowProbe(), now)) underway.slowProbes++;
            } else if (slot.isStale()) {
                underway.stale++;
            }
        }
        return underway;
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
     * How many callers may be helped soon: what is stale is probed first, at the next look for who came during this one. While one
     * probe hangs the others probably will too: they do not count.
     */
    int help() {
        return freshOpens() + (slowProbes > 0 ? 0 : probing + stale);
    }

    /** When the next of these becomes slow; {@code Long.MAX_VALUE} when all are, or there is none. */
    long nextSlow() {
        return nextSlow;
    }
}
