package dev.rockpool.internal.core;

/** What the core tells the engine. Called outside every lock; must return at once. */
public interface Signals<C> {
    /** Somebody waits and the keeper could help: by opening, or by probing what is stale. */
    void demand();

    /** This slot is CLOSING: its connection must be closed and {@link Slot#closed} said. */
    void retired(Slot<C> slot);

    /** A lease of this connection began. Told only while asked for: {@link LeaseNotes#tellLeases}. */
    default void acquired(long connection) {}

    /** A lease of this connection ended. As {@link #acquired}. */
    default void released(long connection) {}
}
