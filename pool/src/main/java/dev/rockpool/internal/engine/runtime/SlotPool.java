package dev.rockpool.internal.engine.runtime;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.internal.budget.Allowance;
import dev.rockpool.internal.core.lending.Actions;
import dev.rockpool.internal.core.lending.Enqueued;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The slots of one pool. Each verb calls the core, then carries out the {@link Actions} that it returned.
 *
 * <p>A hit does not pass through here, because {@link PoolState} itself lends it. The release of a hit returns a shared
 * constant, so one comparison is enough.
 *
 * <p>Thread-safe. No verb throws or blocks because of another caller's code.
 */
public final class SlotPool<C> {
    private final String name;
    private final PoolState<C> state;
    private final Allowance allowance;
    private final Runnable keeper;
    private SlotCalls<C> calls;

    /**
     * @param name the name of the pool, for messages
     * @param allowance the permits for the connections
     * @param keeper wakes the keeper
     */
    public SlotPool(String name, PoolState<C> state, Allowance allowance, Runnable keeper) {
        this.name = name;
        this.state = state;
        this.allowance = allowance;
        this.keeper = keeper;
    }

    /** Sets the object that closes and probes. Called once, before the pool is shared, because both need each other. */
    public void wire(SlotCalls<C> calls) {
        this.calls = calls;
    }

    /** The name of the pool, for messages. */
    public String name() {
        return name;
    }

    public PoolState<C> state() {
        return state;
    }

    /** The permits for the connections. */
    public Allowance allowance() {
        return allowance;
    }

    /** Lends a slot to a holder that cannot wait, even a stale one; null if there is none. */
    public Slot<C> tryLendEvenIfStale(Object holder) {
        Slot<C> fresh = state.tryLend(holder);
        if (fresh == null) fresh = tryLendKept(holder);
        if (fresh != null) return fresh;
        Slot<C> stale = state.tryLendEvenIfStale(holder);
        if (stale != null) wakeKeeper();
        return stale;
    }

    /**
     * Lends the slot that is kept fresh, after a peek, if there is one and no waiter must be served first; else null.
     * For callers that found no fresh slot.
     */
    public Slot<C> tryLendKept(Object holder) {
        return peekAtKept() ? state.tryLend(holder) : null;
    }

    /** Serves a waiter that was not published with the slot that is kept fresh, like {@link #tryLendKept}. */
    public boolean lendKeptTo(Waiter<C> waiter) {
        return peekAtKept() && state.lendTo(waiter);
    }

    private boolean peekAtKept() {
        Slot<C> kept = state.startPeek();
        if (kept == null) return false;
        calls.peek(kept);
        return true;
    }

    /** Ends the lease with this ticket. Returns false if it has already ended. */
    public boolean release(Slot<C> slot, long ticket) {
        Actions<C> actions = state.release(slot, ticket);
        return actions == Actions.<C>none() || run(actions);
    }

    /** Ends the lease with this ticket and closes its connection. Returns false if it has already ended. */
    public boolean discard(Slot<C> slot, long ticket, CloseReason kind, String reason) {
        return run(state.discard(slot, ticket, kind, reason));
    }

    /**
     * Discards a connection that is dead or unfit. Every other idle connection is probed before it is lent again,
     * because it may have died for the same reason.
     */
    public boolean discardDead(Slot<C> slot, long ticket, CloseReason kind, String reason) {
        return discard(slot, ticket, kind, reason) && markAllStale();
    }

    /**
     * Ends a lease whose connection is stuck in a call, and aborts the connection. Returns false if it has already
     * ended.
     */
    public boolean abort(Slot<C> slot, long ticket, CloseReason kind, String reason) {
        if (!slot.seize(ticket, kind, reason)) return false;
        calls.abort(slot);
        leaseEnded();
        return true;
    }

    /** A lease has ended without a verb of the pool's state. Called after it was seized. */
    public void leaseEnded() {
        run(state.leaseEnded());
    }

    /** Ends every lease and aborts its connection, because the server of all connections is not to be used any more. */
    public void abortLeases(String reason) {
        for (Slot<C> slot : state.slots().all()) {
            if (!slot.seize(CloseReason.EVICTED, reason)) continue;
            state.recorder().ended(slot.number());
            calls.abort(slot);
        }
        leaseEnded();
    }

    /** Publishes a waiter. After WAITS it may be decided at any moment, even before this returns. */
    public Enqueued enqueue(Waiter<C> waiter) {
        Actions<C> actions = state.queueing().enqueue(waiter);
        run(actions);
        return actions.enqueued();
    }

    /** Removes a waiter that decided itself: it timed out or was cancelled. */
    public void leave(Waiter<C> waiter) {
        run(state.queueing().leave(waiter));
    }

    /** Looks for a slot on behalf of a woken thread. If it finds one, the waiter is decided afterwards. */
    public void retryAcquire(Waiter<C> waiter) {
        run(state.queueing().retryAcquire(waiter));
    }

    /** Called by every thread whose wait is over. If it was woken to look for a slot, another waiter must look now. */
    public void propagateWakeup(Waiter<C> waiter) {
        run(state.queueing().propagateWakeup(waiter));
    }

    /** The connect of this slot failed, so its permit is free again. */
    public void openFailed(Slot<C> slot) {
        slot.openFailed();
        allowance.giveBack();
    }

    /** The connection of this slot is closed, so its permit is free again. */
    public void closed(Slot<C> slot) {
        slot.closed();
        allowance.giveBack();
    }

    /** Offers a slot that is IDLE because its connection was opened or passed its probe. */
    public void offer(Slot<C> slot) {
        run(state.offer(slot));
    }

    /** A connection died: every idle one must be probed before it is lent again. Always true. */
    public boolean markAllStale() {
        return run(state.markAllStale());
    }

    /**
     * Wakes the keeper. If the keeper's dispatcher has no thread for it, this must not fail the calling thread. The
     * keeper finds the message in its inbox later.
     */
    public void wakeKeeper() {
        try {
            keeper.run();
        } catch (Throwable e) {
            PoolLogKt.logWarn(e, () -> "pool '" + name + "': waking the keeper failed");
        }
    }

    /**
     * Carries out the actions of a verb.
     *
     * <p>A waiter that cannot be resumed returns its slot, by another verb. The actions of that verb are queued, so
     * that many such waiters need no stack.
     *
     * @return false if the verb came too late
     */
    public boolean run(Actions<C> actions) {
        Deque<Actions<C>> more = null;
        for (Actions<C> next = actions; next != null; next = more == null ? null : more.poll()) {
            if (next == Actions.<C>none()) continue;
            if (next.first() != null) more = resume(next.first(), more);
            for (Waiter<C> waiter : next.others()) more = resume(waiter, more);
            for (Slot<C> slot : next.closes()) calls.close(slot);
            for (Slot<C> slot : next.probes()) calls.probe(slot);
            if (next.wakesKeeper()) wakeKeeper();
        }
        return actions.isDone();
    }

    private Deque<Actions<C>> resume(Waiter<C> waiter, Deque<Actions<C>> more) {
        try {
            waiter.wake();
            return more;
        } catch (Throwable e) { // such as a refusing executor or no memory: the other waiters must still be resumed
            PoolLogKt.logWarn(
                    e, () -> "pool '" + name + "': a caller could not be resumed with outcome " + waiter.outcome());
            Actions<C> next = state.undelivered(waiter);
            if (next == Actions.<C>none()) return more;
            Deque<Actions<C>> all = more == null ? new ArrayDeque<>() : more;
            all.add(next);
            return all;
        }
    }
}
