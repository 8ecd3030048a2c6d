package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Preference;
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
    private final Gate gate;
    private final Slots<C> slots;
    private final WaitQueue<C> waiters;
    private final LongSupplier clock;
    private volatile boolean probesBeforeLease;
    private volatile boolean probesOnReturn;

    HandOver(Gate gate, Slots<C> slots, WaitQueue<C> waiters, LongSupplier clock) {
        this.gate = gate;
        this.slots = slots;
        this.waiters = waiters;
        this.clock = clock;
    }

    /** Sets when connections are probed. Returns true if that is stricter than before. */
    boolean probeRules(boolean beforeLease, boolean onReturn) {
        boolean stricter = beforeLease && !probesBeforeLease;
        probesBeforeLease = beforeLease;
        probesOnReturn = onReturn;
        return stricter;
    }

    /** Lends a slot that became idle to the head of the queue, or probes it if that must come first. */
    Actions<C> freed(Slot<C> slot) {
        Actions<C> actions = Actions.none();
        if (gate.waiting() > 0) serveOne(slot, actions = new Actions<>());
        if (gate.isLimited() && gate.waiting() > 0) serveOthers(actions);
        if (!slot.isStale() || gate.isClosed() || !probesOnReturn && !isProbeWanted()) return actions;
        if (actions == Actions.<C>none()) actions = new Actions<>();
        probe(slot, actions);
        return actions;
    }

    /** A lease has ended, so its class may have another one: an idle slot, or one that the keeper opens. */
    void serveOthers(Actions<C> actions) {
        serveIdle(actions);
        if (waiters.isAnyServable()) actions.wakeKeeper();
    }

    /**
     * Offers a slot that is IDLE because its connection was opened or passed its probe. Closes it if it was retired
     * meanwhile.
     */
    Actions<C> offer(Slot<C> slot) {
        Actions<C> actions = new Actions<>();
        offer(slot, actions);
        return actions;
    }

    private void offer(Slot<C> slot, Actions<C> actions) {
        if (slot.isRetired() && slot.closeRetired()) actions.close(slot);
        else if (gate.gate() != 0) probeSucceeded(slot, actions);
    }

    /** The probe counts for the head of the queue. If the slot has become stale meanwhile, it is probed again. */
    private void probeSucceeded(Slot<C> slot, Actions<C> actions) {
        if (gate.waiting() > 0) {
            serveOne(slot, actions);
            waiters.exhaustion().judge();
        }
        if (probesBeforeLease) slot.markStale();
        if (slot.isStale() && isProbeWanted()) probe(slot, actions);
    }

    private boolean isProbeWanted() {
        return !gate.isPaused() && waiters.isAnyServable();
    }

    private void probe(Slot<C> stale, Actions<C> actions) {
        if (stale.startProbe(clock.getAsLong())) actions.probe(stale);
    }

    /**
     * Probes a stale connection for the first waiter, if there is one. The keeper does that for the waiters behind it.
     * It would for this one too, but must be woken first.
     */
    void startProbe(Actions<C> actions) {
        Slot<C> stale = isProbeWanted() ? slots.startProbe(clock.getAsLong()) : null;
        if (stale != null) actions.probe(stale);
    }

    /** Callers may be served now that were held back before: by idle slots, or by those that the keeper opens. */
    Actions<C> serveNewlyAllowed() {
        Actions<C> actions = serveIdle();
        actions.wakeKeeper();
        return actions;
    }

    /** Hands out idle slots until no caller waits or no slot is left. */
    Actions<C> serveIdle() {
        Actions<C> actions = new Actions<>();
        serveIdle(actions);
        return actions;
    }

    /** Does the same, and adds to these actions. */
    void serveIdle(Actions<C> actions) {
        while (gate.waiting() > 0 && slots.anyIdle() && serveOne(null, actions)) {
            // serves one waiter each time
        }
    }

    /**
     * Serves the head of the queue with this slot. If it is null or was taken, uses any idle slot. Returns whether it
     * served one.
     */
    private boolean serveOne(Slot<C> freed, Actions<C> actions) {
        actions.reserve(); // before the head is decided, because it could not be resumed if memory ran out then
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
            shed = waiters.failed().shedLocked();
            for (Waiter<C> head = waiters.headLocked(slot);
                    served == null && head != null;
                    head = waiters.headLocked(slot)) {
                if (slot == null && waiters.canBePassedLocked()) {
                    if (head.woken) break;
                    head.woken = true;
                    served = head;
                    break;
                }
                if (slot == null) slot = lendForWaiter(head.preference(), freed);
                if (slot == null) break;
                if (waiters.handOverLocked(head, slot)) {
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

    private Slot<C> lendForWaiter(Preference<C> preference, Slot<C> freed) {
        waiters.handOvers().begin();
        Slot<C> slot;
        if (preference != null) slot = slots.lendCheapest(preference::rank);
        else slot = freed != null && freed.lend() ? freed : slots.lendAny();
        if (slot == null) waiters.handOvers().undo();
        return slot;
    }

    /** Takes back a slot lent to a waiter that was decided meanwhile. That was no lease. */
    void takeBack(Slot<C> slot, Actions<C> actions) {
        slot.undoGrant();
        long ticket = slot.ticket();
        boolean undone = slot.undoLease(ticket);
        waiters.handOvers().undo();
        if (undone) offer(slot, actions);
        else if (slot.discardRetired(ticket)) actions.close(slot); // a flag was set meanwhile
    }
}
