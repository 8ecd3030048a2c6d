package dev.rockpool.internal.core.slot;

/**
 * One place for a connection. Every change of its state is one of the verbs below, each a single CAS on its word.
 *
 * <p>Who may touch the plain fields follows from the phase: {@code connection} and the dates are written by the opener
 * while OPENING and published by the CAS to IDLE; the {@code seen...} fields belong to the keeper alone.
 *
 * @param <C> what is pooled
 */
public final class Slot<C> extends SlotLease {
    @SuppressWarnings("unused") // keeps what lies after the word off its cache line
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14;

    private final int index;
    private C connection;
    private long number;
    private long openedAt;
    private long expiresAt = Long.MAX_VALUE;
    private String reason = "";

    /** The latest lease that ended without a return. */
    private volatile Ended ended;

    /** Which one, and why. */
    private record Ended(long ticket, String reason) {}

    /** Under LIFO and FIFO: the place of the last release in the order of all releases. */
    volatile long releaseOrder;

    /** CLOSING, and whoever was to close the connection could not be started: for want of threads, say. */
    private volatile boolean unattended;

    public long seenWord;
    public long seenAt;
    public long provenAt;
    private long probeTook = -1;

    /** When the present connect or probe began. */
    public volatile long begunAt;

    public long reportedTicket;
    public long reportedNumber;

    Slot(int index) {
        this.index = index;
    }

    public int index() {
        return index;
    }

    public Phase phase() {
        return Phase.of(word());
    }

    /** The pooled connection; meaningful only to whoever holds the slot in its present phase. */
    public C connection() {
        return connection;
    }

    /** The number of the connection in this slot, counted from 1 over the life of the pool; for messages. */
    public long number() {
        return number;
    }

    /** Why the connection is being closed; meaningful while CLOSING. */
    public String reason() {
        return reason;
    }

    /** How often this slot was lent. */
    public long leases() {
        return word() >>> EPOCH_SHIFT;
    }

    public long openedAt() {
        return openedAt;
    }

    /** When the keeper first saw the slot as it is now. */
    public long seenAt() {
        return seenAt;
    }

    /** When a probe last found the connection alive, or it was opened. */
    public long provenAt() {
        return provenAt;
    }

    /** How long that probe took; negative when there was none. */
    public long probeTook() {
        return probeTook;
    }

    public long expiresAt() {
        return expiresAt;
    }

    /** The word that ends the present lease; asked for by its holder, right after the slot was lent to it. */
    public long ticket() {
        return word() & ~FLAGS;
    }

    /** Whether the lease that was given this ticket still holds the slot. */
    public boolean isHeldBy(long ticket) {
        return (word() & ~FLAGS) == ticket;
    }

    /** Why the lease that was given this ticket ended without a return; null when it was returned, or when that is not known any more. */
    public String endOf(long ticket) {
        Ended last = ended;
        return last != null && last.ticket == ticket ? last.reason : null;
    }

    /** VACANT to OPENING, at this time. */
    public boolean reserve(long time) {
        if (!move(VACANT, OPENING)) return false;
        begunAt = time;
        return true;
    }

    /**
     * OPENING to IDLE: the connection has arrived. If it was retired meanwhile it still is, and cannot be lent.
     *
     * @param number counts connections over the life of the pool
     * @param expiresAt when it is to be retired; {@code Long.MAX_VALUE} for never
     */
    public void opened(C connection, long number, long now, long expiresAt) {
        this.connection = connection;
        this.number = number;
        this.openedAt = now;
        this.expiresAt = expiresAt;
        this.provenAt = now;
        this.probeTook = -1;
        this.releaseOrder = 0;
        for (; ; ) {
            long word = word();
            must((word & PHASE) == OPENING, "opened");
            if (cas(word, word - OPENING + IDLE)) return; // RETIRE stays: it was raised while this was being opened
        }
    }

    /** OPENING to VACANT: the connect failed, or came too late. */
    public void openFailed() {
        must(move(OPENING, VACANT), "openFailed");
    }

    /** IDLE, fresh and not retired, to LEASED. The only step on the hot path beside {@link #release}. */
    public boolean lend() {
        long now = word();
        return (now & STATE) == IDLE && cas(now, now + LEND);
    }

    /** IDLE to LEASED although it may be stale; for callers that cannot wait for a probe. */
    boolean lendUnproven() {
        long now = word();
        return (now & (PHASE | RETIRE)) == IDLE && cas(now, (now & ~STALE) + LEND);
    }

    /** LEASED to IDLE, when no flag was raised meanwhile. */
    public boolean release(long ticket) {
        return cas(ticket, ticket - RELEASE);
    }

    /** LEASED to IDLE and STALE, when no flag was raised meanwhile: it is probed before it is lent again. */
    public boolean releaseStale(long ticket) {
        return cas(ticket, ticket - RELEASE | STALE);
    }

    /** LEASED to IDLE as if it had not been lent: nobody was given this ticket. False when a flag was raised meanwhile. */
    public boolean unlend(long ticket) {
        return cas(ticket, ticket - LEND);
    }

    /** LEASED to CLOSING. False when the lease is over already. */
    public boolean discard(long ticket, String reason) {
        for (; ; ) {
            long now = word();
            if ((now & ~FLAGS) != ticket) return false;
            if (cas(now, (now & ~STATE) | CLOSING)) return because(ticket, reason);
        }
    }

    /** IDLE, also stale, to PROBING, at this time. */
    public boolean startProbe(long time) {
        long now = word();
        if ((now & (PHASE | RETIRE)) != IDLE) return false;
        begunAt = time; // before the keeper can see that it is being probed; a rival writes about the same
        return cas(now, (now & ~STATE) | PROBING);
    }

    /**
     * PROBING to IDLE: the connection is alive at this time. False when it was retired meanwhile.
     *
     * @param took how long the probe took
     */
    public boolean proven(long time, long took) {
        provenAt = time;
        probeTook = took;
        long now = word();
        return (now & STATE) == PROBING && cas(now, now - PROBING + IDLE);
    }

    /** PROBING to IDLE and STALE: the probe could not be made, which says nothing of the connection. False when it was retired. */
    public boolean unprobed() {
        long now = word();
        return (now & STATE) == PROBING && cas(now, now - PROBING + (IDLE | STALE));
    }

    /** IDLE to CLOSING, whatever its flags. */
    public boolean startClose(String reason) {
        long now = word();
        return (now & PHASE) == IDLE && cas(now, (now & ~STATE) | CLOSING) && because(reason);
    }

    /** LEASED to CLOSING by force: the holder's ticket is worth nothing from now on. */
    public boolean seize(String reason) {
        for (; ; ) {
            long now = word();
            if ((now & PHASE) != LEASED) return false;
            if (cas(now, (now & ~STATE) | CLOSING)) return because(now & ~FLAGS, reason);
        }
    }

    /** The same for one lease only; false when it has ended. */
    public boolean seize(long ticket, String reason) {
        return discard(ticket, reason);
    }

    /** PROBING to CLOSING by force: the answer is not waited for any longer. False when it is not being probed. */
    public boolean seizeProbe(String reason) {
        for (; ; ) {
            long now = word();
            if ((now & PHASE) != PROBING) return false;
            if (cas(now, (now & ~STATE) | CLOSING)) return because(reason);
        }
    }

    /** Nobody could be started to close the connection: the keeper tries again later. */
    public void unattended() {
        unattended = true;
    }

    /** True once after {@link #unattended}: the keeper tries again now. */
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
        must(move(CLOSING, VACANT), "closed");
    }

    /**
     * To VACANT whatever is here, unless a connect is under way: the pool has ended, and looks after it no more.
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

    /** An idle slot becomes stale: it is probed before it is lent. False when it was not fresh and idle. */
    public boolean doubt() {
        long now = word();
        return (now & STATE) == IDLE && cas(now, now | STALE);
    }

    /**
     * Whatever is open here, or being opened, is to be closed instead of lent or kept. False when there is nothing.
     */
    public boolean retire() {
        for (; ; ) {
            long now = word();
            long phase = now & PHASE;
            if (phase == VACANT || phase == CLOSING) return false;
            if ((now & RETIRE) != 0 || cas(now, now | RETIRE)) return true;
        }
    }

    public boolean isStale() {
        return (word() & (PHASE | STALE)) == (IDLE | STALE);
    }

    public boolean isRetired() {
        return (word() & RETIRE) != 0;
    }

    /** Whether there is a connection in it that is not being closed. */
    public boolean isOpen() {
        Phase phase = phase();
        return phase == Phase.IDLE || phase == Phase.LEASED || phase == Phase.PROBING;
    }

    /** Said by whoever made it CLOSING, and nobody else. */
    private boolean because(String reason) {
        this.reason = reason;
        return true;
    }

    private boolean because(long ticket, String reason) {
        ended = new Ended(ticket, reason);
        return because(reason);
    }

    /** Whether there is, or will be, a connection in it that is not about to be closed. */
    public boolean isToStay() {
        return !isRetired() && (isOpen() || phase() == Phase.OPENING);
    }

    private boolean move(long from, long to) {
        long now = word();
        return (now & PHASE) == from && cas(now, (now & ~STATE) | to);
    }

    private void must(boolean done, String verb) {
        if (!done) throw new IllegalStateException("slot " + index + ": '" + verb + "' is illegal in phase " + phase());
    }

    @Override
    public String toString() {
        long now = word();
        return "slot " + index + " " + Phase.of(now)
                + ((now & STALE) != 0 ? " STALE" : "")
                + ((now & RETIRE) != 0 ? " RETIRE" : "")
                + " lease " + (now >>> EPOCH_SHIFT);
    }
}
