package dev.rockpool;

import java.time.Duration;
import java.util.Objects;

/** How much the callers of one name have used a pool, see {@link PoolControl#callers}. Immutable. */
public final class CallerUsage {
    private final String caller;
    private final Duration held;
    private final Duration waited;

    public CallerUsage(String caller, Duration held, Duration waited) {
        this.caller = Objects.requireNonNull(caller, "caller");
        this.held = Objects.requireNonNull(held, "held");
        this.waited = Objects.requireNonNull(waited, "waited");
    }

    /** Their name; "unnamed" without one, "other" for all beyond the first 256 names. */
    public String getCaller() {
        return caller;
    }

    /** For how long they have held connections, all together. */
    public Duration getHeld() {
        return held;
    }

    /** For how long they have waited for connections, all together. */
    public Duration getWaited() {
        return waited;
    }

    @Override
    public String toString() {
        return "CallerUsage[caller=" + caller + ", held=" + held.toMillis() + " ms, waited=" + waited.toMillis()
                + " ms]";
    }
}
