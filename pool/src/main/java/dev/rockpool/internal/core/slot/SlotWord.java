package dev.rockpool.internal.core.slot;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The atomic word that is a slot's whole state: {@code epoch:56 | unused:2 | KEPT | RETIRE | STALE | phase:3}.
 *
 * <p>The epoch counts leases and only grows. So one CAS against exactly the word that a lease was given ends the lease.
 * A second release, or one by a stale handle, cannot match. No other slot's word is on its cache lines, so that threads
 * with different slots do not disturb each other; {@link SlotRecord} tells how.
 */
public abstract class SlotWord extends SlotRecord {
    static final long PHASE = 7;
    static final long STALE = 1 << 3;
    static final long RETIRE = 1 << 4;
    static final long KEPT = 1 << 5;
    static final long FLAGS = STALE | RETIRE | KEPT;
    public static final long STATE = PHASE | FLAGS;
    public static final int EPOCH_SHIFT = 8;

    static final long VACANT = Phase.VACANT.ordinal();
    static final long OPENING = Phase.OPENING.ordinal();
    public static final long IDLE = Phase.IDLE.ordinal();
    static final long LEASED = Phase.LEASED.ordinal();
    static final long PROBING = Phase.PROBING.ordinal();
    static final long CLOSING = Phase.CLOSING.ordinal();

    /** What lending adds to an idle word: the next epoch, and the step from IDLE to LEASED. */
    static final long LEND = (1L << EPOCH_SHIFT) + LEASED - IDLE;

    /** What releasing subtracts from a leased word. */
    static final long RELEASE = LEASED - IDLE;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(SlotWord.class, "word", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    @SuppressWarnings("unused") // accessed through WORD
    private volatile long word;

    /** Maps PROBING to IDLE, because a probe is not a use and so does not reset the idle time. */
    public static long withoutProbe(long word) {
        return (word & PHASE) == PROBING ? word - PROBING + IDLE : word;
    }

    public final long word() {
        return word;
    }

    final boolean cas(long expected, long next) {
        return WORD.compareAndSet(this, expected, next);
    }

    public final Phase phase() {
        return Phase.of(word());
    }

    /** How often this slot has been leased. */
    public final long leases() {
        return word() >>> EPOCH_SHIFT;
    }

    /** The word that ends the present lease. Called by its holder, right after it acquired the slot. */
    public final long ticket() {
        return word() & ~FLAGS;
    }

    /** Whether the lease with this ticket still holds the slot. */
    public final boolean isHeldBy(long ticket) {
        return (word() & ~FLAGS) == ticket;
    }

    /** Whether it must be probed before it is lent, or at least peeked at. */
    public final boolean isStale() {
        return (word() & (PHASE | STALE)) == (IDLE | STALE);
    }

    /** Whether it can be lent at once, or after a peek. */
    public final boolean isTrusted() {
        long state = word() & STATE;
        return state == IDLE || state == (IDLE | STALE | KEPT);
    }

    /** Whether it is stale, but a peek suffices before it is lent. */
    public final boolean isKept() {
        return (word() & STATE) == (IDLE | STALE | KEPT);
    }

    public final boolean isRetired() {
        return (word() & RETIRE) != 0;
    }

    /** Whether the slot has a connection that is not being closed. */
    public final boolean isOpen() {
        Phase phase = phase();
        return phase == Phase.IDLE || phase == Phase.LEASED || phase == Phase.PROBING;
    }

    /** Whether the slot has, or is opening, a connection that is not about to be closed. */
    public final boolean isToStay() {
        return !isRetired() && (isOpen() || phase() == Phase.OPENING);
    }

    /** Whether nothing has happened to the slot since the keeper's last look. */
    public final boolean isAsSeen() {
        return seenWord == ticket();
    }
}
