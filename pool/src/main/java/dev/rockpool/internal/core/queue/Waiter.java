package dev.rockpool.internal.core.queue;

import dev.rockpool.Priority;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Slot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A caller that found nothing free. It is decided exactly once, by one CAS away from WAITING; whoever wins that CAS
 * acts on it, everybody else leaves it alone.
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

    /** The ordinal of its priority: the number of its line. */
    final int priority;

    // Links and place in the queue; touched only under its lock.
    Waiter<C> previous;
    Waiter<C> next;
    boolean queued;
    boolean early;

    /** Where the wait began; null unless that is to be kept. */
    public Throwable trace;

    /** A parked thread that was told to look for itself, and has not looked yet. */
    public volatile boolean woken;

    /**
     * @param since when the wait began, by the pool's clock
     * @param deadline when to give up, by the pool's clock; {@code Long.MAX_VALUE} for never. A waiter that
     *     {@link #parks} keeps its deadline itself.
     */
    protected Waiter(long since, long deadline) {
        this(since, deadline, Priority.NORMAL);
    }

    /** The same with a priority; else it is normal. */
    protected Waiter(long since, long deadline, Priority priority) {
        this.priority = priority.ordinal();
        this.since = since;
        this.deadline = deadline;
    }

    /** Whether a parked platform thread stands behind this waiter: to serve one costs a context switch. */
    public abstract boolean parks();

    /** Who is to hold the lease: a thread, a job, or a {@link Holder}. */
    public Object holder() {
        return Holder.UNKNOWN;
    }

    /**
     * Says that the outcome is there, or that it is time to look for a slot. Called outside every lock. When this throws, the waiter
     * counts as one that cannot be told: if it was served it loses its lease.
     */
    public abstract void wake();

    /** Whether a parked thread was told to look for itself (it calls {@code retryAcquire}). */
    public final boolean isWoken() {
        return woken;
    }

    public final Outcome outcome() {
        return outcome;
    }

    public final boolean isDecided() {
        return outcome != Outcome.WAITING;
    }

    /** When the wait began, by the pool's clock. */
    public final long since() {
        return since;
    }

    /** When to give up, by the pool's clock; {@code Long.MAX_VALUE} for never. */
    public final long deadline() {
        return deadline;
    }

    /** The slot that was handed over; only after SERVED. */
    public final Slot<C> slot() {
        return slot;
    }

    /** The ticket that ends the lease on {@link #slot}; only after SERVED. */
    public final long ticket() {
        return ticket;
    }

    /** Why the wait failed, null when the pool was closed; only after FAILED. */
    public final Throwable failure() {
        return failure;
    }

    /** The one arbiter. True for the single caller that decides this waiter. */
    public final boolean decide(Outcome outcome) {
        return OUTCOME.compareAndSet(this, Outcome.WAITING, outcome);
    }

    /** Decides for SERVED with a slot that is leased on this waiter's behalf. Under the lock of the queue. */
    public final boolean serve(Slot<C> slot) {
        this.slot = slot;
        this.ticket = slot.ticket();
        slot.grant(ticket, holder());
        if (trace != null) slot.traced(ticket, trace);
        return decide(Outcome.SERVED);
    }

    /** Decides for FAILED, because of this. Under the lock of the queue. */
    public final boolean fail(Throwable cause) {
        this.failure = cause;
        return decide(Outcome.FAILED);
    }
}
