package dev.rockpool.dashboard.internal.access;

/** What a user may do. Each role may do what those before it may. */
public enum Role {
    /** May read the page itself, which has no data, and log in. */
    NOBODY,
    VIEW,
    OPERATE;

    public boolean mayAct(Role needed) {
        return compareTo(needed) >= 0;
    }
}
