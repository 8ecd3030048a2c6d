package dev.rockpool.internal.core.queue;

import dev.rockpool.Priority;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Preference;
import dev.rockpool.internal.core.slot.Slot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A caller that found no free slot. One CAS away from WAITING decides it exactly once. The winner of that CAS acts on
 * it; all others leave it alone.
 */
public abstract class Waiter<C> {
    /** How a wait ended. */
    public enum Outcome {
        WAITING,
        SERVED,
        TIMED_OUT,
        CANCELLED,
        FAILED
    }

    private static final Priority[] PRIORITIES = Priority.values();
    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.lookup().findVarHandle(Waiter.class, "outcome", Outcome.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile Outcome outcome = Outcome.WAITING;
    private Slot<C> slot;
    private long ticket;
    private Throwable failure;

    public final long since;
    final long deadline;

    /** The ordinal of its priority, which is the index of its lane. */
    final int priority;

    // Position in the queue, guarded by its lock.
    Waiter<C> previous;
    Waiter<C> next;
    boolean queued;
    boolean early;

    /** The stack where the wait began; null if not captured. */
    public Throwable trace;

    /** Whether a parked thread was woken to look for a slot and has not looked yet. */
    public volatile boolean woken;

    /**
     * @param since when the wait began, by the pool's clock
     * @param deadline when to time out, by the pool's clock; {@code Long.MAX_VALUE} for never. A waiter that
     *   {@link #parks} watches its own deadline.
     */
    protected Waiter(long since, long deadline) {
        this(since, deadline, Priority.NORMAL);
    }

    /** Creates a waiter with this priority. */
    protected Waiter(long since, long deadline, Priority priority) {
        this.priority = priority.ordinal();
        this.since = since;
        this.deadline = deadline;
    }

    /** Whether the waiter is a parked platform thread, which costs a context switch to serve. */
    public abstract boolean parks();

    /** The holder of the lease: a thread, a job, or a {@link Holder}. */
    public Object holder() {
        return Holder.UNKNOWN;
    }

    /** What the caller asks for besides a connection; null for nothing. */
    public Demand<C> demand() {
        return null;
    }

    /** Whose quota its connection counts for; null for none. */
    public final CallerClass callers() {
        Demand<C> demand = demand();
        return demand == null ? null : demand.callers();
    }

    /** Which idle connection it prefers; null for any. */
    public final Preference<C> preference() {
        Demand<C> demand = demand();
        return demand == null ? null : demand.preference();
    }

    /**
     * Resumes the caller: it has an outcome, or should look for a slot. Called outside every lock. If this throws, the
     * waiter counts as undelivered: if it was served, it loses its lease.
     */
    public abstract void wake();

    /** Whether a parked thread was woken to look for a slot, by calling {@code retryAcquire}. */
    public final boolean isWoken() {
        return woken;
    }

    public final Outcome outcome() {
        return outcome;
    }

    public final boolean isDecided() {
        return outcome != Outcome.WAITING;
    }

    /** Whether a slot was handed over. */
    public final boolean isServed() {
        return outcome == Outcome.SERVED;
    }

    public final Priority priority() {
        return PRIORITIES[priority];
    }

    /** When the wait began, by the pool's clock. */
    public final long since() {
        return since;
    }

    /** When to time out, by the pool's clock; {@code Long.MAX_VALUE} for never. */
    public final long deadline() {
        return deadline;
    }

    /** The slot that was handed over. Valid after SERVED. */
    public final Slot<C> slot() {
        return slot;
    }

    /** The ticket that ends the lease on {@link #slot}. Valid after SERVED. */
    public final long ticket() {
        return ticket;
    }

    /** Why the wait failed; null if the pool was closed. Valid after FAILED. */
    public final Throwable failure() {
        return failure;
    }

    /** Decides the waiter. Returns true for the one caller that wins. Only a {@link RaceEntry} overrides it. */
    public boolean decide(Outcome outcome) {
        return decideAlone(outcome);
    }

    final boolean decideAlone(Outcome outcome) {
        return OUTCOME.compareAndSet(this, Outcome.WAITING, outcome);
    }

    /** Decides SERVED with a slot leased for this waiter. Called under the queue's lock. */
    public final boolean serve(Slot<C> slot) {
        this.slot = slot;
        this.ticket = slot.ticket();
        slot.grant(ticket, holder());
        if (trace != null) slot.traced(ticket, trace);
        return decide(Outcome.SERVED);
    }

    /** Decides FAILED with this cause. Called under the queue's lock. */
    public final boolean fail(Throwable cause) {
        this.failure = cause;
        return decide(Outcome.FAILED);
    }
}
