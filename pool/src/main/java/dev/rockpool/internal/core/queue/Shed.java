package dev.rockpool.internal.core.queue;

/** The failure of a waiter that was shed because of overload. The engine turns it into the caller's exception. */
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

    /** The longest acceptable wait, in nanoseconds. */
    public long target() {
        return settings.target();
    }

    /** How long this waiter waited, in nanoseconds. */
    public long waited() {
        return waited;
    }

    /** How long every wait has exceeded the target, in nanoseconds. */
    public long overloadedFor() {
        return overloadedFor;
    }
}
