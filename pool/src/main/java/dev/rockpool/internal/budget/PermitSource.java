package dev.rockpool.internal.budget;

/** Brings the permits of a ledger whose total is not fixed. Its calls must not wait. */
public interface PermitSource {
    /** Pools need more permits than the ledger has. Called without the lock of the ledger, from any thread. */
    void needed();

    /** What a caller should know who got no permit, such as that the coordinator cannot be reached. */
    String explanation();
}
