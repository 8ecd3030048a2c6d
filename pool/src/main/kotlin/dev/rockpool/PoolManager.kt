package dev.rockpool

import kotlin.time.Duration

/**
 * The pools of an application by their names. Each is created once, even if many callers ask for it at the same time.
 *
 * A pool that closes, for whatever reason, leaves the manager at once. With an `idlePoolTimeout`, a pool closes itself
 * after it had no connection, no waiting caller and no lease for that time. Pools with a `minIdle` above 0 never do. So
 * ask the manager for the pool each time: what it returns stays open for at least `idlePoolTimeout`. A pool that is
 * created again starts its counters at zero.
 *
 * Create a manager with the `PoolManager(...)` function, in Java with `Pools.manager()`. Only Rockpool implements it.
 * Thread-safe. Close it when it is no longer needed; that closes all its pools.
 */
public interface PoolManager : AutoCloseable {
    /** The names of the open pools. */
    public val names: Set<String>

    /**
     * The pool of this name. Null if there is none.
     *
     * @throws IllegalArgumentException if it is not a generic pool, such as a pool of JDBC connections
     */
    public operator fun get(name: String): Pool<*>?

    /**
     * The pool with the name of these settings, created if there is none. The factory and hooks of an existing pool are
     * kept.
     *
     * @throws InvalidConfigException if a pool of this name exists that was created with other settings, or with a
     *   factory or hooks of another class; the message names the differences
     * @throws IllegalStateException if the manager is closed
     */
    public fun <C : Any> pool(factory: ConnectionFactory<C>, config: PoolConfig, hooks: ConnectionHooks<C>?): Pool<C>

    /** The same without hooks. */
    public fun <C : Any> pool(factory: ConnectionFactory<C>, config: PoolConfig): Pool<C> = pool(factory, config, null)

    /** The same with settings given in place: `pools.pool("lines", factory) { maxSize = 20 }`. */
    @JvmSynthetic
    public fun <C : Any> pool(
        name: String,
        factory: ConnectionFactory<C>,
        hooks: ConnectionHooks<C>? = null,
        settings: PoolSettings.() -> Unit = {},
    ): Pool<C> =
        pool(
            factory,
            PoolConfig {
                this.name = name
                settings()
            },
            hooks,
        )

    /**
     * The same with a factory that blocks. [dev.rockpool.blocking.BlockingPool] is the view of the pool for threads.
     */
    public fun <C : Any> pool(
        factory: BlockingConnectionFactory<C>,
        config: PoolConfig,
        hooks: BlockingConnectionHooks<C>?,
    ): Pool<C>

    /** The same without hooks. */
    public fun <C : Any> pool(factory: BlockingConnectionFactory<C>, config: PoolConfig): Pool<C> =
        pool(factory, config, null)

    /** Operates the pool of this name. Null if there is none. */
    public fun control(name: String): PoolControl?

    /** The current numbers of all open pools, by name. */
    public fun stats(): Map<String, PoolStats>

    /** The health of all open pools, by name, from past connects and probes. Does not ask any server. */
    public fun health(): Map<String, PoolHealth>

    /**
     * Removes the pool of this name and closes it, as [Pool.close] does: its waiting callers fail. Other pools do not
     * notice. Returns false if there is none.
     */
    @JvmSynthetic public suspend fun remove(name: String, grace: Duration): Boolean

    /** The same with ten seconds for leased connections. Blocks the calling thread until the pool has ended. */
    public fun remove(name: String): Boolean = remove(name, TEN_SECONDS)

    /** The same for Java, with this time for leased connections. */
    public fun remove(name: String, grace: java.time.Duration): Boolean

    /** Closes all pools, as [Pool.close] does. Returns when every coroutine and thread of theirs has ended. */
    @JvmSynthetic public suspend fun close(grace: Duration)

    /** The same for Java. Blocks the calling thread. If interrupted, it returns, and the close continues. */
    public fun close(grace: java.time.Duration)

    /**
     * Closes all pools, with ten seconds for leased connections. Blocks the calling thread; coroutines call the
     * function that suspends, `close(grace)`.
     */
    override fun close(): Unit = close(TEN_SECONDS)

    private companion object {
        private val TEN_SECONDS: java.time.Duration = java.time.Duration.ofSeconds(10)
    }
}
