package dev.rockpool.internal.core.connectivity;

/** Why a waiter failed: the server is down. The engine makes the caller's exception from it. */
@SuppressWarnings("serial")
public final class Outage extends Exception {
    private final Connectivity.Down down;

    Outage(Connectivity.Down down) {
        super(null, down.failing().cause(), false, false);
        this.down = down;
    }

    /** What was known when the waiter failed. */
    public Connectivity.Down down() {
        return down;
    }
}
