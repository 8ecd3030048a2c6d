package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.queue.BargingPolicy;
import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.Demand;
import dev.rockpool.internal.core.queue.PriorityQueues;
import dev.rockpool.internal.core.slot.Preference;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.util.function.LongSupplier;

/**
 * Lends slots to newcomers where one look at the gate does not suffice: callers wait, or a caller has a demand.
 *
 * <p><b>Fairness.</b> While a coroutine, a future or a virtual thread waits, no caller overtakes: slots are handed to
 * the head of the queue, and newcomers join its end. Serving a parked platform thread costs a context switch. So while
 * only such threads wait, and the oldest has waited less than {@code bargingWindow}, the head is only woken, and
 * newcomers may take the slot before it. {@link BargingPolicy} has the other cases, {@link PriorityQueues} the order
 * among priorities.
 */
final class GatedLending<C> {
    private final Gate gate;
    private final Slots<C> slots;
    private final WaitQueue<C> waiters;
    private final LongSupplier clock;

    GatedLending(Gate gate, Slots<C> slots, WaitQueue<C> waiters, LongSupplier clock) {
        this.gate = gate;
        this.slots = slots;
        this.waiters = waiters;
        this.clock = clock;
    }

    /** Lends a slot if one is idle and fresh, and no waiter must be served first; else null. */
    Slot<C> lend() {
        if (gate.isLimited()) return lendLimited(null, false);
        return mayBarge() ? slots.lendAny() : null;
    }

    /** Lends for this demand; null if there is no slot for it, or a waiter goes first. */
    Slot<C> lendTo(Demand<C> demand, boolean evenIfStale) {
        return gate.isLimited() ? lendLimited(demand, evenIfStale) : lendPreferred(demand, evenIfStale);
    }

    /** Asks the preference outside of every lock, because it may call user code. */
    private Slot<C> lendPreferred(Demand<C> demand, boolean evenIfStale) {
        if (gate.gate() != 0 && !mayBarge()) return null;
        Preference<C> preference = demand == null ? null : demand.preference();
        Slot<C> slot = preference == null ? slots.lendAny() : slots.lendCheapest(preference::cost);
        return slot == null && evenIfStale ? slots.lendEvenIfStale() : slot;
    }

    /** Lends an idle slot for this demand, which may be null, if its quota allows it and no waiter goes first. */
    private Slot<C> lendLimited(Demand<C> demand, boolean evenIfStale) {
        return waiters.withQuotas(0, quotas -> lendLocked(quotas, demand, evenIfStale)); // they exist already
    }

    private Slot<C> lendLocked(Quotas<C> quotas, Demand<C> demand, boolean evenIfStale) {
        CallerClass callers = demand == null ? null : demand.callers();
        Preference<C> preference = demand == null ? null : demand.preference();
        if (gate.isClosed() || gate.isPaused() || waiters.headLocked(null) != null) return null;
        quotas.count(null);
        if (!quotas.allows(callers)) return null;
        Slot<C> slot = preference == null ? slots.lendAny() : slots.lendCheapest(preference::rank);
        if (slot == null && evenIfStale) slot = slots.lendEvenIfStale();
        if (slot != null) quotas.granted(callers, slot, slot.ticket());
        return slot;
    }

    /** Lends an idle slot, even if it is stale. */
    Slot<C> lendEvenIfStale() {
        if (gate.isLimited()) return lendLimited(null, true);
        return gate.gate() == 0 || mayBarge() ? slots.lendEvenIfStale() : null;
    }

    /** Claims the slot that is kept fresh for a peek, if there is one and no waiter must be served first; else null. */
    Slot<C> startPeek() {
        Slot<C> kept = slots.kept();
        if (kept == null || gate.gate() != 0 && (gate.isLimited() || !mayBarge())) return null;
        return kept.startPeek(clock.getAsLong()) ? kept : null;
    }

    /** Whether a newcomer may take a slot although callers wait. */
    private boolean mayBarge() {
        return !gate.isClosed() && !gate.isPaused() && (gate.waiting() == 0 || clock.getAsLong() < gate.strictFrom());
    }
}
