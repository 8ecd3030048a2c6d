package dev.rockpool.internal.core.slot;

import dev.rockpool.CloseReason;
import java.lang.invoke.VarHandle;

/**
 * One place for a connection. Every change of its state is one of the verbs below, each a single CAS on its word. What
 * the word says is in {@link SlotWord}, what is known about the connection in {@link SlotRecord}.
 *
 * <p>The phase decides who may access the plain fields. The opener writes {@code connection} and its times while
 * OPENING, and publishes them by the CAS to IDLE. Only the keeper uses the {@code seen...} fields.
 *
 * @param <C> what is pooled
 */
public final class Slot<C> extends SlotLease {
    private static final String RETIRED = "retired while it was in use";

    private final int index;
    private C connection;

    /** A lease that ended without a return, and why. */
    record Ended(long ticket, String reason) {}

    Slot(int index) {
        this.index = index;
    }

    public int index() {
        return index;
    }

    /** The pooled connection. Only valid for the owner of the slot in its present phase. */
    public C connection() {
        return connection;
    }

    /** The connection of the lease with this ticket; null if it has ended. Then the slot may have another one. */
    public C connectionOf(long ticket) {
        C found = connection;
        VarHandle.loadLoadFence(); // before the word is read
        return isHeldBy(ticket) ? found : null;
    }

    /** VACANT to OPENING, at this time. */
    public boolean reserve(long time) {
        if (!move(VACANT, OPENING)) return false;
        begunAt = time;
        return true;
    }

    /**
     * OPENING to IDLE: the connect succeeded. If the slot was retired meanwhile it stays retired and cannot be lent.
     *
     * @param number counts connections over the life of the pool
     * @param expiresAt when to retire it; {@code Long.MAX_VALUE} for never
     */
    public void opened(C connection, long number, long now, long expiresAt) {
        opened(connection, number, now, expiresAt, false);
    }

    /** The same for a connection that the engine can peek at, if {@code peekable}. */
    public void opened(C connection, long number, long now, long expiresAt, boolean peekable) {
        this.connection = connection;
        this.number = number;
        this.openedAt = now;
        this.expiresAt = expiresAt;
        this.peekable = peekable;
        this.aliveAt = now;
        this.probeTook = -1;
        this.releaseOrder = 0;
        for (; ; ) {
            long word = word();
            must((word & PHASE) == OPENING, "opened");
            if (cas(word, word - OPENING + IDLE)) return; // keeps RETIRE, which may have been set during the connect
        }
    }

    /** OPENING to VACANT: the connect failed or exceeded its timeout. */
    public void openFailed() {
        retiredFor = null;
        must(move(OPENING, VACANT), "openFailed");
    }

    /** IDLE to LEASED, unless stale or retired. Besides {@link #release}, the only step on the hot path. */
    public boolean lend() {
        long now = word();
        return (now & STATE) == IDLE && cas(now, now + LEND);
    }

    /** IDLE to LEASED, even if stale. For callers that cannot wait for a probe. */
    boolean lendEvenIfStale() {
        long now = word();
        return (now & (PHASE | RETIRE)) == IDLE && cas(now, (now & ~FLAGS) + LEND);
    }

    /** LEASED to IDLE, if no flag was set meanwhile. */
    public boolean release(long ticket) {
        return cas(ticket, ticket - RELEASE);
    }

    /** LEASED to IDLE and STALE, if no flag was set meanwhile. The slot is probed before it is lent again. */
    public boolean releaseStale(long ticket) {
        return cas(ticket, ticket - RELEASE | STALE);
    }

    /** LEASED to IDLE, undoing a lease whose ticket no caller received. Returns false if a flag was set meanwhile. */
    public boolean undoLease(long ticket) {
        return cas(ticket, ticket - LEND);
    }

    /** LEASED to CLOSING. Returns false if the lease has already ended. */
    public boolean discard(long ticket, CloseReason kind, String reason) {
        for (; ; ) {
            long now = word();
            if ((now & ~FLAGS) != ticket) return false;
            if (cas(now, (now & ~STATE) | CLOSING)) return setReason(ticket, new Closing(kind, reason));
        }
    }

    /** LEASED to CLOSING, because the slot was retired meanwhile. Returns false if the lease has already ended. */
    public boolean discardRetired(long ticket) {
        return discard(ticket, whyRetired(), RETIRED);
    }

    /** IDLE, stale or not, to PROBING at this time. */
    public boolean startProbe(long time) {
        long now = word();
        if ((now & (PHASE | RETIRE)) != IDLE) return false;
        begunAt = time; // before the keeper can see PROBING; a concurrent caller writes about the same time
        return cas(now, (now & ~STATE) | PROBING);
    }

    /** IDLE and kept fresh to PROBING at this time, to be peeked at. */
    public boolean startPeek(long time) {
        long now = word();
        if ((now & STATE) != (IDLE | STALE | KEPT)) return false;
        begunAt = time;
        return cas(now, (now & ~STATE) | PROBING);
    }

    /** PROBING to IDLE: a peek found nothing, which is no news of the connection. Returns false if it was retired. */
    public boolean peekSucceeded() {
        long now = word();
        return (now & STATE) == PROBING && cas(now, now - PROBING + IDLE);
    }

    /**
     * PROBING to IDLE: the connection is alive. Returns false if it was retired meanwhile.
     *
     * @param took how long the probe took
     */
    public boolean probeSucceeded(long time, long took) {
        aliveAt = time;
        probeTook = took;
        long now = word();
        return (now & STATE) == PROBING && cas(now, now - PROBING + IDLE);
    }

    /**
     * PROBING to IDLE and STALE: the probe could not be made, which says nothing about the connection. Returns false if
     * it was retired.
     */
    public boolean probeSkipped() {
        long now = word();
        return (now & STATE) == PROBING && cas(now, now - PROBING + (IDLE | STALE));
    }

    /** IDLE to CLOSING, whatever its flags are. */
    public boolean startClose(CloseReason kind, String reason) {
        long now = word();
        return (now & PHASE) == IDLE && cas(now, (now & ~STATE) | CLOSING) && setReason(new Closing(kind, reason));
    }

    /** IDLE to CLOSING, because the slot was retired before. */
    public boolean closeRetired() {
        return startClose(whyRetired(), RETIRED);
    }

    /** LEASED to CLOSING by force. The holder's ticket no longer works. */
    public boolean seize(CloseReason kind, String reason) {
        for (; ; ) {
            long now = word();
            if ((now & PHASE) != LEASED) return false;
            if (cas(now, (now & ~STATE) | CLOSING)) return setReason(now & ~FLAGS, new Closing(kind, reason));
        }
    }

    /** LEASED to CLOSING by force, only for the lease with this ticket. Returns false if it has ended. */
    public boolean seize(long ticket, CloseReason kind, String reason) {
        return discard(ticket, kind, reason);
    }

    /** PROBING to CLOSING by force, without waiting for the probe. Returns false if it is not being probed. */
    public boolean seizeProbe(CloseReason kind, String reason) {
        for (; ; ) {
            long now = word();
            if ((now & PHASE) != PROBING) return false;
            if (cas(now, (now & ~STATE) | CLOSING)) return setReason(new Closing(kind, reason));
        }
    }

    /** Records that the close could not be started. The keeper retries it. */
    public void unattended() {
        unattended = true;
    }

    /** Returns true once after {@link #unattended}: the keeper must retry the close. */
    public boolean attend() {
        if (!unattended) return false;
        unattended = false;
        return true;
    }

    /** CLOSING to VACANT: the close has returned. */
    public void closed() {
        connection = null;
        forgetLeases();
        expiresAt = Long.MAX_VALUE;
        retiredFor = null;
        must(move(CLOSING, VACANT), "closed");
    }

    /**
     * Any phase but OPENING to VACANT: the closed pool gives up the connection.
     *
     * @return the connection that was here; null when there was none
     */
    public C abandon() {
        for (; ; ) {
            long now = word();
            long phase = now & PHASE;
            if (phase == VACANT || phase == OPENING) return null;
            C abandoned = connection;
            if (cas(now, (now & ~STATE) | VACANT)) return abandoned;
        }
    }

    /**
     * Marks an idle slot that is fresh or kept fresh as stale, so that it is probed before it is lent. Returns false if
     * it was neither.
     */
    public boolean markStale() {
        for (; ; ) {
            long now = word();
            if ((now & STATE) != IDLE && (now & STATE) != (IDLE | STALE | KEPT)) return false;
            if (cas(now, (now & ~KEPT) | STALE)) return true; // otherwise it may just have been kept
        }
    }

    /** Marks a fresh idle slot as kept fresh: it is stale, but a peek suffices before it is lent. */
    public boolean keep() {
        long now = word();
        return (now & STATE) == IDLE && cas(now, now | STALE | KEPT);
    }

    /**
     * Marks an open connection, or one being opened, to be closed instead of lent or kept. Returns false if there is
     * none.
     */
    public boolean retire(CloseReason why) {
        for (; ; ) {
            long now = word();
            long phase = now & PHASE;
            if (phase == VACANT || phase == CLOSING) return false;
            if ((now & RETIRE) != 0) return true;
            retiredFor = why; // before the holder can see the flag
            if (cas(now, now | RETIRE)) return true;
        }
    }

    /** Only called by the thread that made the slot CLOSING. */
    private boolean setReason(Closing reason) {
        this.reason = reason;
        return true;
    }

    private boolean setReason(long ticket, Closing reason) {
        ended = new Ended(ticket, reason.text());
        return setReason(reason);
    }

    private boolean move(long from, long to) {
        for (; ; ) {
            long now = word();
            if ((now & PHASE) != from) return false;
            if (cas(now, (now & ~STATE) | to)) return true; // otherwise a flag may just have been set
        }
    }

    private void must(boolean done, String verb) {
        if (!done) throw new IllegalStateException("slot " + index + ": '" + verb + "' is illegal in phase " + phase());
    }

    @Override
    public String toString() {
        long now = word();
        return "slot " + index + " " + Phase.of(now)
                + ((now & STALE) != 0 ? " STALE" : "")
                + ((now & KEPT) != 0 ? " KEPT" : "")
                + ((now & RETIRE) != 0 ? " RETIRE" : "")
                + " lease " + (now >>> EPOCH_SHIFT);
    }
}
