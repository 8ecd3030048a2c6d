package dev.rockpool;

import java.time.Duration;
import java.util.Objects;

/** A lease that lasted long, see {@link PoolControl#slowestLeases}. Immutable. */
public final class SlowLease {
    private final long connection;
    private final String caller;
    private final String holder;
    private final Duration held;
    private final boolean active;

    public SlowLease(long connection, String caller, String holder, Duration held, boolean active) {
        this.connection = connection;
        this.caller = Objects.requireNonNull(caller, "caller");
        this.holder = Objects.requireNonNull(holder, "holder");
        this.held = Objects.requireNonNull(held, "held");
        this.active = active;
    }

    /** The number of the connection. */
    public long getConnection() {
        return connection;
    }

    /** The name of its caller ({@link Caller}); "unnamed" without one. */
    public String getCaller() {
        return caller;
    }

    /** The thread or coroutine that leased it. */
    public String getHolder() {
        return holder;
    }

    /** How long it lasted when it was seen last. */
    public Duration getHeld() {
        return held;
    }

    /** Whether it still lasted when the pool looked last. */
    public boolean isActive() {
        return active;
    }

    @Override
    public String toString() {
        return "connection " + connection + " held by " + holder + " for '" + caller + "' for " + held.toMillis()
                + " ms" + (active ? ", still" : "");
    }
}
