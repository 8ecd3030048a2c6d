package dev.rockpool.internal.base;

/**
 * A factory that can peek at an idle connection: see, without a round trip, whether it may have died. The pool keeps
 * such connections fresh for a while, and peeks before it lends them.
 *
 * @param <C> what is pooled
 */
public interface PeekingFactory<C> {
    /** Whether {@link #peek} can tell anything about this connection. Called once, when it was opened. */
    boolean canPeek(C connection);

    /**
     * Whether nothing suggests that this idle connection has died. If false, or if this throws, it is probed. Called on
     * the thread of a caller, so it must not wait.
     */
    boolean peek(C connection) throws Exception;
}
