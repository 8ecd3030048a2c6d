package dev.rockpool.internal.share;

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

    /** How many of its streams callers hold. */
    int leased() {
        int leased = 0;
        for (Slot<C> slot : slots) if (slot.phase() == Phase.LEASED) leased++;
        return leased;
    }

    /** Ends the lease of the connection. Called once, without the lock. */
    void giveBack() {
        if (unfit == null) lease.release();
        else lease.evict(unfit);
    }
}
