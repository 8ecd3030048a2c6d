package dev.rockpool.blocking;

/**
 * Work with a connection that may throw.
 *
 * @param <C> what is pooled
 * @param <R> the result
 * @param <X> what it may throw; inferred as {@code RuntimeException} when it throws nothing checked
 */
@FunctionalInterface
public interface ThrowingFunction<C, R, X extends Exception> {
    R apply(C connection) throws X;
}
