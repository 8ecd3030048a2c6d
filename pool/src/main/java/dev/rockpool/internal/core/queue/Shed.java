package dev.rockpool.internal.core.queue;

/**
 * Why a waiter failed: it was shed, because the pool is overloaded. What the caller gets is made of this by the engine.
 */
@SuppressWarnings("serial")
public final class Shed extends Exception {
    private final OverloadSettings settings;
    private final long waited;
    private final long overloadedFor;

    Shed(OverloadSettings settings, long waited, long overloadedFor) {
        super(null, null, false, false);
        this.settings = settings;
        this.waited = waited;
        this.overloadedFor = overloadedFor;
    }

    /** The wait that is still good, in nanoseconds. */
    public long target() {
        return settings.target();
    }

    /** How long this one waited, in nanoseconds. */
    public long waited() {
        return waited;
    }

    /** For how long every wait has been longer than the target, in nanoseconds. */
    public long overloadedFor() {
        return overloadedFor;
    }
}
