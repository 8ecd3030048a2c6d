package dev.rockpool.blocking;

/**
 * Work with a connection that has no result and may throw.
 *
 * @param <C> what is pooled
 * @param <X> what it may throw; inferred as {@code RuntimeException} when it throws nothing checked
 */
@FunctionalInterface
public interface ThrowingConsumer<C, X extends Exception> {
    void accept(C connection) throws X;
}
