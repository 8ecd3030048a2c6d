package dev.rockpool.internal.core.slot;

import dev.rockpool.CloseReason;

/**
 * What is known about the connection of a slot. Rarely written, mostly by the keeper.
 *
 * <p>A JVM lays out the fields of a superclass first. So these 100 bytes keep the slot's word off the cache lines of
 * what lies before it, such as the previous slot, and no bytes are spent on padding. After the word come 60 bytes that
 * only the slot's holder uses.
 */
abstract class SlotRecord {
    long number;
    long openedAt;
    long expiresAt = Long.MAX_VALUE;
    Closing reason = Closing.NOT;

    /** Why the connection is to be closed when its lease, connect or probe ends; null while it is not. */
    volatile CloseReason retiredFor;

    /** Whether the engine can peek at the connection. */
    boolean peekable;

    /** The last lease that ended without a return. */
    volatile Slot.Ended ended;

    /** Under LIFO and FIFO, the sequence number of the slot's last release. */
    volatile long releaseOrder;

    /** The slot is CLOSING, but the close could not be started, for example for lack of threads. */
    volatile boolean unattended;

    public long seenWord;
    public long seenAt;
    public long aliveAt;
    long probeTook = -1;

    /** When the present connect or probe began. */
    public volatile long begunAt;

    public long reportedTicket;
    public long reportedNumber;

    /** The number of the connection, counted from 1 over the life of the pool. For messages. */
    public final long number() {
        return number;
    }

    /** Why the connection is being closed. Valid while CLOSING. */
    public final String reason() {
        return reason.text();
    }

    /** The kind of that reason. Valid while CLOSING. */
    public final CloseReason closeReason() {
        return reason.kind();
    }

    /**
     * Why the lease with this ticket ended without a return. Null if it was returned, or if that is no longer known.
     */
    public final String endOf(long ticket) {
        Slot.Ended last = ended;
        return last != null && last.ticket() == ticket ? last.reason() : null;
    }

    /** Why the slot was retired. */
    public final CloseReason whyRetired() {
        CloseReason kind = retiredFor;
        return kind == null ? CloseReason.EVICTED : kind;
    }

    public final long openedAt() {
        return openedAt;
    }

    /** When the keeper first saw the slot's present word. */
    public final long seenAt() {
        return seenAt;
    }

    /** When the connection was last probed successfully, or opened. */
    public final long aliveAt() {
        return aliveAt;
    }

    /** How long the last successful probe took; negative if there was none. */
    public final long probeTook() {
        return probeTook;
    }

    public final long expiresAt() {
        return expiresAt;
    }

    /** Whether the engine can peek at its connection. Called by the keeper, for a slot that is not opening. */
    public final boolean isPeekable() {
        return peekable;
    }
}
