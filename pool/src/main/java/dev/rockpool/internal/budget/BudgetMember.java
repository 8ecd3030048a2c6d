package dev.rockpool.internal.budget;

/** One pool, as its budget sees it. Called with the budget's lock held, except for {@link #wake}. */
public interface BudgetMember {
    /** The name of the pool. */
    String name();

    /** How many connections are idle and could be closed. */
    int idle();

    /** How long the connection that has been idle for longest has been so, in nanoseconds. */
    long longestIdle();

    /** Wakes the pool's keeper. */
    void wake();
}
