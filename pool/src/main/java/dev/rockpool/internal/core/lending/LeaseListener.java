package dev.rockpool.internal.core.lending;

/** Hears of every lease, while somebody asks for that ({@link LeaseRecorder#tellLeases}). Must return at once. */
public interface LeaseListener {
    /** A lease of this connection began. */
    void acquired(long connection);

    /** A lease of this connection ended. Said before the slot is handed to a waiter. */
    void released(long connection);
}
