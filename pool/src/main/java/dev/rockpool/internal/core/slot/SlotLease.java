package dev.rockpool.internal.core.slot;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The holder of a slot, and what is recorded about its lease. The fields share the word's cache line, which the
 * holder's processor has just written anyway.
 *
 * <p><b>Key idea.</b> A thread mostly gets its own slot again. So the holder reference is written only if it differs,
 * because storing a reference into an old object costs a fence with G1. The ticket is always written, which is cheap,
 * and tells whether the reference belongs to the present lease.
 *
 * <p><b>Forgetting.</b> An idle slot must not keep a dead thread or job reachable. But while the keeper clears the
 * holder, a caller may acquire the slot, find itself there, and write nothing. So the keeper clears by CAS and then
 * reads the word again. That caller changed the word before it read the holder, so the keeper sees the change. It
 * restores the holder unless another caller has written itself.
 *
 * <p>Only the holder of the slot writes these fields, except for {@link #forgetHolder}. Tested by
 * {@code SlotLeaseTest}.
 */
abstract class SlotLease extends SlotWord {
    private static final VarHandle HOLDER;
    private static final VarHandle GRANTED;

    static {
        try {
            HOLDER = MethodHandles.lookup().findVarHandle(SlotLease.class, "holder", Object.class);
            GRANTED = MethodHandles.lookup().findVarHandle(SlotLease.class, "granted", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile Object holder;
    private long granted;
    private Throwable trace;
    private long traceTicket;

    // Times of measured leases, each with the ticket of its lease.
    private long lentAt;
    private long lentTicket;
    private long freedAt;
    private long freedTicket;

    /** Records the holder. Called by the caller that acquired the slot with this ticket. */
    public final void grant(long ticket, Object to) {
        if (holder != to) HOLDER.setRelease(this, to);
        GRANTED.setRelease(this, ticket);
    }

    /**
     * Names another holder of the lease with this ticket, unless that has ended. Unlike {@link #grant} it may come too
     * late, and then the next lease keeps its ticket and its holder.
     */
    public final void passOn(long ticket, Object to) {
        Object from = holder(ticket);
        if (from != null) HOLDER.compareAndSet(this, from, to);
    }

    /** The ticket of the lease. Called by its holder, right after {@link #grant}. */
    public final long granted() {
        return granted;
    }

    /** Undoes a grant that reached no caller, because the next lease may have the same ticket. */
    public final void undoGrant() {
        GRANTED.setRelease(this, 0L);
    }

    /** The holder of the lease with this ticket; null while it is unknown or after the lease has ended. */
    public final Object holder(long ticket) {
        if ((long) GRANTED.getAcquire(this) != ticket) return null;
        Object found = holder;
        return (word() & ~FLAGS) == ticket ? found : null;
    }

    /** Drops the reference to the last holder, unless the slot is leased. Called by the keeper. */
    public final void forgetHolder() {
        long before = word();
        Object last = holder;
        if (last == null || (before & PHASE) == LEASED || !HOLDER.compareAndSet(this, last, null)) return;
        if (word() != before) HOLDER.compareAndSet(this, null, last);
    }

    /** Drops everything recorded. Called when the slot is emptied. */
    final void forgetLeases() {
        holder = null;
        trace = null;
        freedTicket = 0;
    }

    /** Records the stack where the lease with this ticket was acquired. */
    public final void traced(long ticket, Throwable at) {
        trace = at;
        traceTicket = ticket;
    }

    /** The stack where the lease with this ticket was acquired; null if not captured. */
    public final Throwable trace(long ticket) {
        return traceTicket == ticket ? trace : null;
    }

    /**
     * Records that the lease with this ticket begins. Returns how long the slot was idle before, or a negative number
     * if unknown.
     */
    public final long lentAt(long ticket, long now) {
        lentAt = now;
        lentTicket = ticket;
        return freedTicket + (1L << EPOCH_SHIFT) == ticket ? now - freedAt : -1;
    }

    /** Records that the lease with this ticket ends. Returns how long it lasted, or a negative number if unknown. */
    public final long freedAt(long ticket, long now) {
        freedAt = now;
        freedTicket = ticket;
        return lentTicket == ticket ? now - lentAt : -1;
    }

    /** How long the lease with this ticket has lasted; zero if it is not measured. */
    public final long lentFor(long ticket, long now) {
        return lentTicket == ticket ? Math.max(0, now - lentAt) : 0;
    }
}
