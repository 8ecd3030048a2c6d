package dev.rockpool.internal.engine.runtime;

import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.internal.core.lending.Actions;
import dev.rockpool.internal.core.lending.Enqueued;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The slots of one pool: each verb asks the core, then carries out the {@link Actions} that it returned.
 *
 * <p>A hit does not pass through here: it is lent by {@link PoolState} itself. The release of a hit returns the shared
 * constant, and one comparison ends it.
 *
 * <p>Thread-safe. No verb throws, or blocks, for what another caller's code does.
 */
public final class SlotPool<C> {
    private final String name;
    private final PoolState<C> state;
    private final Runnable keeper;
    private SlotCalls<C> calls;

    /**
     * @param name the name of the pool, for messages
     * @param keeper wakes the keeper
     */
    public SlotPool(String name, PoolState<C> state, Runnable keeper) {
        this.name = name;
        this.state = state;
        this.keeper = keeper;
    }

    /** Sets what closes and probes. Called once, before the pool is shared: both work on the slots of this one. */
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

    /** Lends a slot to a holder that cannot wait, also one that should be probed first; null when there is none. */
    public Slot<C> tryLendUnproven(Object holder) {
        Slot<C> fresh = state.tryLend(holder);
        if (fresh != null) return fresh;
        Slot<C> stale = state.tryLendUnproven(holder);
        if (stale != null) wakeKeeper();
        return stale;
    }

    /** Ends the lease with this ticket. False when it is over already. */
    public boolean release(Slot<C> slot, long ticket) {
        Actions<C> actions = state.release(slot, ticket);
        return actions == Actions.<C>none() || run(actions);
    }

    /** Ends the lease with this ticket, and has its connection closed. False when it is over already. */
    public boolean discard(Slot<C> slot, long ticket, String reason) {
        return run(state.discard(slot, ticket, reason));
    }

    /**
     * The same for a connection that is dead or unfit. Every other idle one is probed before it is lent again: what
     * killed this one may have killed them.
     */
    public boolean discardDead(Slot<C> slot, long ticket, String reason) {
        return discard(slot, ticket, reason) && markAllStale();
    }

    /** Ends a lease whose connection is stuck in a call: it is aborted. False when the lease is over already. */
    public boolean abort(Slot<C> slot, long ticket, String reason) {
        if (!slot.seize(ticket, reason)) return false;
        calls.abort(slot);
        return true;
    }

    /** Publishes a waiter. After WAITS it may be decided at any moment, also before this returns. */
    public Enqueued enqueue(Waiter<C> waiter) {
        Actions<C> actions = state.enqueue(waiter);
        run(actions);
        return actions.enqueued();
    }

    /** Takes out a waiter that decided itself: it timed out or was cancelled. */
    public void leave(Waiter<C> waiter) {
        run(state.leave(waiter));
    }

    /** A woken thread looks for a slot itself. If it finds one it is decided afterwards. */
    public void retryAcquire(Waiter<C> waiter) {
        run(state.retryAcquire(waiter));
    }

    /** Called by every thread whose wait is over: if it was woken to look, another one must look now. */
    public void propagateWakeup(Waiter<C> waiter) {
        run(state.propagateWakeup(waiter));
    }

    /** A connection arrived or proved alive: its slot is IDLE now. */
    public void offer(Slot<C> slot) {
        run(state.offer(slot));
    }

    /** A connection died: every idle one must be probed before it is lent again. Always true. */
    public boolean markAllStale() {
        return run(state.markAllStale());
    }

    /**
     * The keeper is to look. It must not harm this thread if the keeper's dispatcher has no thread for it: the keeper
     * finds the order in its inbox all the same.
     */
    public void wakeKeeper() {
        try {
            keeper.run();
        } catch (Throwable e) {
            PoolLogKt.logWarn(e, () -> "pool '" + name + "': waking the keeper failed");
        }
    }

    /**
     * Carries out what a verb of the core returned.
     *
     * <p>A waiter that cannot be resumed gives its slot back, which is a verb of its own. Its actions follow in turn, so
     * that a long queue of such waiters needs no stack.
     *
     * @return false when the verb came too late
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
        } catch (Throwable e) { // its executor refused, say, or there is no memory: the others must hear of theirs
            PoolLogKt.logWarn(
                    e, () -> "pool '" + name + "': a caller could not be told that it is " + waiter.outcome());
            Actions<C> next = state.undelivered(waiter);
            if (next == Actions.<C>none()) return more;
            Deque<Actions<C>> all = more == null ? new ArrayDeque<>() : more;
            all.add(next);
            return all;
        }
    }
}
