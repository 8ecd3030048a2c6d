package dev.rockpool.internal.share;

/** The lease of a carrier from its own pool. No method waits. */
public interface CarrierLease {
    /** Whether it has not ended. It may be ended by force, such as by closing that pool. */
    boolean isHeld();

    /** Whether that pool wants to close the connection, such as for its lifetime. */
    boolean isRetired();

    /** Gives the connection back. */
    void release();

    /** Gives the connection back to be closed. */
    void evict(String reason);
}
