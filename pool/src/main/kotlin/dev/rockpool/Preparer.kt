package dev.rockpool

/**
 * Prepares connections for a tag, such as a tenant or a role: `pool.withConnection(tag = Tenant("a")) { ... }`. A
 * caller gets a connection that is prepared for its tag already, if one is idle; else one without a tag; else the
 * cheapest one to change. A tag can be any object with `equals`.
 *
 * Callers without a tag get connections that are prepared for null. A new connection is.
 *
 * The pool calls [prepare] within the caller's timeout, and at most [PoolConfig.resetTimeout]. If it fails, the
 * connection is closed and another one is tried, at most three times. Must be thread-safe; one connection is prepared
 * by one call at a time.
 */
public interface Preparer<C : Any> {
    /**
     * How expensive it is to change a connection from one tag to another, compared to others. At least 0; default 1.
     */
    public fun cost(from: Any?, to: Any?): Int = 1

    /**
     * Prepares a connection for this tag, whatever it was prepared for before. Null means: as a new connection. A reset
     * ([ConnectionFactory.reset]) must keep what this has set.
     */
    @JvmSynthetic public suspend fun prepare(connection: C, tag: Any?)

    /**
     * Whether a connection that was prepared for this tag still is. Otherwise it is prepared again. Called before each
     * lease, so it must be quick and must not ask the server. Default: true.
     *
     * @param used whether another caller has had the connection since it was prepared
     */
    public fun isPrepared(connection: C, tag: Any?, used: Boolean): Boolean = true
}
