package dev.rockpool.dashboard.internal.operate;

/** An operation that cannot be done now, such as pausing a paused pool. The message is for the operator. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
        super(message);
    }
}
