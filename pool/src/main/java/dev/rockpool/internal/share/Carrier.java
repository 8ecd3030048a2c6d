package dev.rockpool.internal.share;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** A connection of the base pool, and its streams. Guarded by {@link Carriers}, except what is final or volatile. */
public final class Carrier<C> {
    private final C connection;
    private final CarrierLease lease;

    /** The slots of its streams, from before they can be lent until they begin to close. */
    final Set<Slot<C>> slots = new LinkedHashSet<>();

    /** Callers that want it for themselves, or the one that has it first. */
    final Deque<ExclusiveTurn<C>> turns = new ArrayDeque<>();

    /** How many streams have a place here: those being opened or closed count, too. */
    int streams;

    /** How many streams it can carry now. */
    volatile int limit;

    /** Whether it takes no more streams, and is given back when the last one ends. */
    volatile boolean leaving;

    /** Why its connection must be closed when it is given back; null if it can be used again. */
    String unfit;

    Carrier(C connection, CarrierLease lease, int limit) {
        this.connection = connection;
        this.lease = lease;
        this.limit = limit;
    }

    /** The connection that all its streams use. */
    public C connection() {
        return connection;
    }

    /** Its lease from the base pool. */
    public CarrierLease lease() {
        return lease;
    }

    /** How many streams it can carry now. */
    public int limit() {
        return limit;
    }

    boolean hasRoom() {
        return !leaving && turns.isEmpty() && streams < limit;
    }

    /** Ends the lease of the connection. Called once, without the lock. */
    void giveBack() {
        if (unfit == null) lease.release();
        else lease.evict(unfit);
    }

    /** Closes surplus streams that are idle. If that is not enough, none of the others is lent again. */
    void closeSurplus(String why, Steps<C> steps) {
        int surplus = -limit;
        for (Slot<C> slot : slots) if (slot.phase() != Phase.CLOSING) surplus++;
        for (Slot<C> slot : slots) {
            if (surplus <= 0) return;
            if (!slot.startClose(CloseReason.SHRUNK, why)) continue;
            steps.closes.add(slot);
            surplus--;
        }
        if (surplus > 0) withdrawAll(why, steps);
    }

    void withdrawAll(String why, Steps<C> steps) {
        for (Slot<C> slot : slots) withdraw(slot, why, steps);
    }

    /** Closes all streams now, even those in use. */
    void seizeAll(String why, Steps<C> steps) {
        for (Slot<C> slot : slots) seize(slot, why, steps);
        slots.clear();
    }

    /** Closes a stream now if it is idle, else when it is returned. */
    static <C> void withdraw(Slot<C> slot, String why, Steps<C> steps) {
        if (slot.startClose(CloseReason.SHRUNK, why)
                || slot.retire(CloseReason.SHRUNK) && slot.startClose(CloseReason.SHRUNK, why)) steps.closes.add(slot);
    }

    /** Closes a stream now, even if it is in use. */
    private static <C> void seize(Slot<C> slot, String why, Steps<C> steps) {
        for (; ; ) {
            Phase phase = slot.phase();
            boolean done =
                    switch (phase) {
                        case IDLE -> slot.startClose(CloseReason.DEAD, why) && steps.closes.add(slot);
                        case LEASED -> slot.seize(CloseReason.DEAD, why) && steps.aborts.add(slot);
                        case PROBING -> slot.seizeProbe(CloseReason.DEAD, why) && steps.aborts.add(slot);
                        case OPENING -> slot.retire(CloseReason.DEAD);
                        case CLOSING, VACANT -> true;
                    };
            if (done && (phase != Phase.OPENING || slot.phase() == Phase.OPENING)) return;
        }
    }
}
