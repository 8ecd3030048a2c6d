package dev.rockpool.internal.core.lending;

/** Is called for every lease while it is registered ({@link LeaseRecorder#listener}). Must return at once. */
public interface LeaseListener {
    /** A lease of this connection began. */
    void acquired(long connection);

    /** A lease of this connection ended. Called before the slot is handed to a waiter. */
    void released(long connection);
}
