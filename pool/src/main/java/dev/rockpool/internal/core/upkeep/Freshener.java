package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.SlotWord;
import dev.rockpool.internal.core.slot.Slots;

/**
 * Chooses the connection that is kept fresh while there is little traffic, so that the next caller need not wait for a
 * probe.
 *
 * <p>When no connection is trusted any more, the one used last is probed, and again after each trust window. In between
 * it is KEPT: no caller gets it without a peek, because the server may have ended its session. After {@link #TRAFFIC}
 * without a lease all connections become stale, and the pool sleeps.
 *
 * <p>Single-threaded: belongs to the keeper. All times in nanoseconds.
 */
final class Freshener<C> {
    /** How long after a lease a connection is kept fresh: a few pauses of an application with little traffic. */
    static final long TRAFFIC = 30_000_000_000L;

    /** With a shorter trust window the probes would be too frequent. */
    static final long LEAST_WINDOW = 100_000_000;

    private final Slots<C> slots;
    private long lastLease = Long.MIN_VALUE / 2;

    /** The slot whose probe was planned last; null before the first. */
    private Slot<C> chosen;

    private long chosenNumber;

    Freshener(Slots<C> slots) {
        this.slots = slots;
    }

    /** Called at each look for each slot with its present word, before the slot's own fields follow it. */
    void observe(Slot<C> slot, long word, long now) {
        boolean lent = word >>> SlotWord.EPOCH_SHIFT != slot.seenWord >>> SlotWord.EPOCH_SHIFT;
        if (lent || Phase.of(word) == Phase.LEASED) lastLease = now;
    }

    /** Whether a connection is kept fresh now. */
    boolean keeps(long now, long trustWindow) {
        return now - lastLease < TRAFFIC && trustWindow >= LEAST_WINDOW && trustWindow != Long.MAX_VALUE;
    }

    /**
     * The slot to probe next, the one used last; null while a connection is trusted anyway, or is about to be. Called
     * after slots became stale.
     */
    Slot<C> next() {
        Slot<C> latest = null;
        for (Slot<C> slot : slots.all()) {
            if (slot.isTrusted() || slot.phase() == Phase.PROBING) return null;
            if (slot.phase() != Phase.IDLE || !slot.isPeekable() || slot.isRetired()) continue;
            if (latest == null || slot.seenAt > latest.seenAt) latest = slot;
        }
        return latest;
    }

    /** The probe of this slot has begun. */
    void began(Slot<C> slot) {
        chosen = slot;
        chosenNumber = slot.number();
    }

    /** Keeps this idle slot fresh if its connection was chosen, and was probed since its last lease. */
    void keep(Slot<C> slot) {
        if (slot != chosen || slot.number() != chosenNumber || slot.aliveAt <= slot.seenAt) return;
        if (slot.keep()) slots.kept(slot);
    }

    /** Forgets the slot that was kept fresh, if it is not any more. */
    void forget() {
        Slot<C> kept = slots.kept();
        if (kept != null && !kept.isKept()) slots.kept(null);
    }
}
