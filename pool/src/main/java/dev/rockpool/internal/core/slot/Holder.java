package dev.rockpool.internal.core.slot;

/** Holders of a lease that are neither a thread nor a job: whether they have ended is not known. */
public enum Holder {
    FUTURE("a future"),
    UNKNOWN("an unknown caller"),

    /** The pool asks something through it. */
    POOL("the pool itself"),

    /** Its user has returned the connection, which is being reset. */
    RESET("the pool, which resets it");

    private final String words;

    Holder(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
