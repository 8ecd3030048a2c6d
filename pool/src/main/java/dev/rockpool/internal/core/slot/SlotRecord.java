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
}
