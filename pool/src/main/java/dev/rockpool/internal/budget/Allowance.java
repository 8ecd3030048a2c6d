package dev.rockpool.internal.budget;

import java.util.function.IntSupplier;

/**
 * Permits for the connections of one pool. A pool holds one permit for each slot that is not vacant, from before the
 * connect until after the close.
 *
 * <p>The pool's keeper calls all but {@link #giveBack} and {@link #leave}, which any thread may call.
 */
public interface Allowance {
    /** For a pool without a budget. */
    Allowance UNLIMITED = new Unlimited();

    /**
     * Takes a permit. If there is none for this pool, another pool is asked to give one up, and this pool is woken when
     * one is free.
     *
     * @param callers how many callers need a connection; 0 if the connect is not for a caller, and then nobody is asked
     */
    boolean take(int callers);

    /** Returns a permit: its connection was closed, or its connect failed. */
    void giveBack();

    /** No caller of this pool needs a permit any more. */
    void withdraw();

    /** How many connections this pool should give up now. */
    int owed();

    /** How many of them it should give up even if all are leased: those are closed when they are returned. */
    int owedEvenIfLeased();

    /**
     * Answers what was asked: how many connections the pool gives up. It keeps the others, which are no longer idle.
     *
     * @param idle how many are being closed
     * @param retire retires leased connections, and says how many will be closed when they are returned. Called while no
     *   permit moves, because such a connection can be returned and closed at once. Must not call this object.
     */
    void pays(int idle, IntSupplier retire);

    /** Returns all permits, because the pool has ended. */
    void leave();
}
