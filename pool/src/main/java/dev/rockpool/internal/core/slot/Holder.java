package dev.rockpool.internal.core.slot;

/** Lease holders that are neither a thread nor a job. Whether they have ended is unknown. */
public enum Holder {
    FUTURE("a future"),
    UNKNOWN("an unknown caller"),

    /** The pool uses the connection to ask the server something. */
    POOL("the pool itself"),

    /** The caller has returned the connection, which is being reset. */
    RESET("the pool, which resets it"),

    /** A shared pool, whose callers use its streams. */
    STREAMS("a shared pool, for its streams");

    private final String words;

    Holder(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
