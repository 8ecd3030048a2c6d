package dev.rockpool.internal.core.slot;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who holds a slot, and what is noted of the lease. Beside the word on its cache line, which whoever was lent the slot owns anyway.
 *
 * <p><b>Key idea.</b> A thread mostly finds its own slot again, so the reference is written only if it differs (storing one into an old
 * object costs a fence with G1); the ticket beside it, which costs nothing, says whether it is that of the present lease.
 *
 * <p><b>Forgetting.</b> An idle slot must not keep a dead thread or job alive, but a borrower may come while the keeper clears it, find itself
 * there, and write nothing. So the keeper clears by a CAS and then looks at the word again: a borrower that still
 * found itself had changed the word before, so the keeper sees that, and puts the holder back unless another wrote itself there.
 *
 * <p>Everything here is written by the holder of the slot, {@link #forgetHolder} aside. Attacked by {@code SlotLeaseTest}.
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

    // Times of the leases that are measured, each with the ticket of the lease it belongs to.
    private long lentAt;
    private long lentTicket;
    private long freedAt;
    private long freedTicket;

    /** Said by whoever was lent the slot with this ticket: it is this one's now. */
    public final void grant(long ticket, Object to) {
        if (holder != to) HOLDER.setRelease(this, to);
        GRANTED.setRelease(this, ticket);
    }

    /** The ticket of the lease; asked for by its holder, right after it was granted. */
    public final long granted() {
        return granted;
    }

    /** The grant did not reach anybody: the next lease may have the same ticket. */
    public final void ungrant() {
        GRANTED.setRelease(this, 0L);
    }

    /** Who holds the lease with this ticket; null while it is not known, or over. */
    public final Object holder(long ticket) {
        if ((long) GRANTED.getAcquire(this) != ticket) return null;
        Object found = holder;
        return (word() & ~FLAGS) == ticket ? found : null;
    }

    /** Drops the reference to whoever held the slot last, unless it is leased. Said by the keeper. */
    public final void forgetHolder() {
        long before = word();
        Object last = holder;
        if (last == null || (before & PHASE) == LEASED || !HOLDER.compareAndSet(this, last, null)) return;
        if (word() != before) HOLDER.compareAndSet(this, null, last);
    }

    /** Drops all of this, said by whoever empties the slot. */
    final void forgetLeases() {
        holder = null;
        trace = null;
        freedTicket = 0;
    }

    /** Keeps where the lease with this ticket was acquired. */
    public final void traced(long ticket, Throwable at) {
        trace = at;
        traceTicket = ticket;
    }

    /** Where the lease with this ticket was acquired; null if that was not asked for. */
    public final Throwable trace(long ticket) {
        return traceTicket == ticket ? trace : null;
    }

    /** The lease with this ticket began now. Returns how long the slot was idle before; negative when that is not known. */
    public final long lentAt(long ticket, long now) {
        lentAt = now;
        lentTicket = ticket;
        return freedTicket + (1L << EPOCH_SHIFT) == ticket ? now - freedAt : -1;
    }

    /** The lease with this ticket ends now. Returns how long it lasted; negative when that is not known. */
    public final long freedAt(long ticket, long now) {
        freedAt = now;
        freedTicket = ticket;
        return lentTicket == ticket ? now - lentAt : -1;
    }

    /** How long the lease with this ticket lasts; zero when it is not measured. */
    public final long lentFor(long ticket, long now) {
        return lentTicket == ticket ? Math.max(0, now - lentAt) : 0;
    }
}
