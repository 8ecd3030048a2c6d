package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Hands slots to waiters: a slot that was freed, that arrived, or that was found idle.
 *
 * <p>The head of the queue is decided under the lock. Everything else goes into the {@link Actions} of the verb.
 */
final class HandOver<C> {
    static final String RETIRED = "retired while it was in use";

    private final Gate gate;
    private final Slots<C> slots;
    private final WaitQueue<C> waiters;
    private final LongSupplier clock;
    private volatile boolean provesBeforeLend;
    private volatile boolean probesOnReturn;

    HandOver(Gate gate, Slots<C> slots, WaitQueue<C> waiters, LongSupplier clock) {
        this.gate = gate;
        this.slots = slots;
        this.waiters = waiters;
        this.clock = clock;
    }

    /** Sets when connections are probed. True when that is stricter than before. */
    boolean prove(boolean beforeLend, boolean onReturn) {
        boolean stricter = beforeLend && !provesBeforeLend;
        provesBeforeLend = beforeLend;
        probesOnReturn = onReturn;
        return stricter;
    }

    /** A slot has become idle: it is lent to the head of the queue, or probed if that must come first. */
    Actions<C> freed(Slot<C> slot) {
        Actions<C> actions = Actions.none();
        if (gate.waiting() > 0) serveOne(slot, actions = new Actions<>());
        if (!slot.isStale() || gate.isClosed() || !probesOnReturn && !isProbeWanted()) return actions;
        if (actions == Actions.<C>none()) actions = new Actions<>();
        probe(slot, actions);
        return actions;
    }

    /** A connection arrived or proved alive: its slot is IDLE now. If it was retired meanwhile it is closed. */
    void offer(Slot<C> slot, Actions<C> actions) {
        if (slot.isRetired() && slot.startClose(RETIRED)) actions.close(slot);
        else if (gate.gate() != 0) proven(slot, actions);
    }

    /** The proof is good for the head of the queue. It may have grown stale on the way: then it is probed again. */
    private void proven(Slot<C> slot, Actions<C> actions) {
        if (gate.waiting() > 0) serveOne(slot, actions);
        if (provesBeforeLend) slot.doubt();
        if (slot.isStale() && isProbeWanted()) probe(slot, actions);
    }

    private boolean isProbeWanted() {
        return gate.waiting() > 0 && !gate.isPaused();
    }

    private void probe(Slot<C> stale, Actions<C> actions) {
        if (stale.startProbe(clock.getAsLong())) actions.probe(stale);
    }

    /**
     * Has a stale connection probed for the first who waits, if there is one. The keeper does so for the waiters behind
     * it. It would for this one, too, but must be woken first.
     */
    void startProbe(Actions<C> actions) {
        Slot<C> stale = gate.isPaused() ? null : slots.startProbe(clock.getAsLong());
        if (stale != null) actions.probe(stale);
    }

    /** Hands out idle slots until nobody waits or nothing is left. */
    void serveIdle(Actions<C> actions) {
        while (gate.waiting() > 0 && slots.anyIdle() && serveOne(null, actions)) {
            // one waiter further each time
        }
    }

    /** Serves the head of the queue: with this slot or, for null or when it was taken, with any. True when it did. */
    private boolean serveOne(Slot<C> freed, Actions<C> actions) {
        actions.reserve(); // before the head is decided: it could not be told if there were no memory left
        Waiter<C> served = serveHead(freed, actions);
        if (served == null) return false;
        actions.resume(served);
        return true;
    }

    private Waiter<C> serveHead(Slot<C> freed, Actions<C> actions) {
        Slot<C> slot = null;
        Waiter<C> served = null;
        List<Waiter<C>> shed;
        waiters.lock();
        try {
            if (gate.isPaused()) return null;
            shed = waiters.shedLocked();
            for (Waiter<C> head = waiters.headLocked(); served == null && head != null; head = waiters.headLocked()) {
                if (slot == null && waiters.canBePassedLocked()) {
                    if (head.woken) break;
                    head.woken = true;
                    served = head;
                    break;
                }
                if (slot == null) slot = freed != null && freed.lend() ? freed : slots.lendAny();
                if (slot == null) break;
                if (waiters.handOverLocked(head, slot, slots.size())) {
                    served = head;
                    slot = null;
                }
            }
        } finally {
            waiters.unlock();
        }
        actions.resume(shed);
        if (slot != null) takeBack(slot, actions);
        return served;
    }

    /** A slot was lent to a waiter that does not want it any more. That was no lease. */
    void takeBack(Slot<C> slot, Actions<C> actions) {
        slot.ungrant();
        long ticket = slot.ticket();
        if (slot.unlend(ticket)) offer(slot, actions);
        else if (slot.discard(ticket, RETIRED)) actions.close(slot); // a flag was raised meanwhile
    }
}
