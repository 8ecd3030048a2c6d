package dev.rockpool.internal.core.lending;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counts the leases that were meant for waiters, and those that a waiter got. */
public final class HandOverCount {
    /** Not a field updater, which would load the class of each field. */
    private static final VarHandle BEGUN;

    static {
        try {
            BEGUN = MethodHandles.lookup().findVarHandle(HandOverCount.class, "begun", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Leases for waiters, counted before they begin. A lease that was undone does not count. */
    private volatile long begun;

    /** Written under the lock of the queue. */
    private volatile long served;

    HandOverCount() {}

    /** A slot is about to be lent for a waiter. So no snapshot takes that lease for one that was granted at once. */
    void begin() {
        BEGUN.getAndAdd(this, 1L);
    }

    /** There was no slot to lend after {@link #begin}, or its lease was undone. */
    void undo() {
        BEGUN.getAndAdd(this, -1L);
    }

    /** A waiter got its slot. */
    void servedLocked() {
        served++;
    }

    /** How many leases were begun for waiters. Read it after the number of all leases. */
    public long begun() {
        return begun;
    }

    /** How many waiters were handed a slot. Never falls. */
    public long served() {
        return served;
    }
}
