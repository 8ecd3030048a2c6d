package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.SlotWord;
import dev.rockpool.internal.core.slot.Slots;

/**
 * Counts what is on its way to waiters: connects and probes, of which slow ones no longer count as help, because one
 * that hangs must not keep others from being tried; and connections that can be lent, or were lent just now.
 */
final class InFlight {
    private int opening;
    private int slowOpens;
    private int probing;
    private int slowProbes;
    private int stale;
    private int fresh;
    private int delivering;
    private long nextSlow = Long.MAX_VALUE;

    static InFlight of(Slots<?> slots, long now, MaintenanceSettings settings) {
        InFlight result = new InFlight();
        for (Slot<?> slot : slots.all()) {
            long ticket = slot.ticket();
            Phase phase = Phase.of(ticket);
            if (phase == Phase.OPENING) {
                result.opening++;
                if (result.isSlow(slot.begunAt + settings.slowOpen(), now)) result.slowOpens++;
            } else if (phase == Phase.PROBING) {
                result.probing++;
                if (result.isSlow(slot.begunAt + settings.slowProbe(), now)) result.slowProbes++;
            } else if (phase == Phase.LEASED) {
                if (slot.holder(ticket) == null) result.delivering++;
            } else if (slot.isStale()) {
                result.stale++;
            } else if ((slot.word() & SlotWord.STATE) == SlotWord.IDLE) {
                result.fresh++;
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

    /** How many slots are about to be handed to a waiter, or found by a woken one. */
    int fresh() {
        return fresh;
    }

    /** How many slots have just been taken, perhaps by a woken caller that still counts as waiting. */
    int delivering() {
        return delivering;
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
