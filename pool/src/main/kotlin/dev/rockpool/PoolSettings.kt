package dev.rockpool

import kotlin.time.Duration

/** Mutable settings of a pool, from which a [PoolConfig] is built. For durations, null means never. */
public interface PoolSettings {
    /** The pool's name in messages, logs and stats. Default `"pool"`. */
    @get:JvmSynthetic @set:JvmSynthetic public var name: String

    /** The maximum number of connections, including those being opened or closed. At least 1. Default 10. */
    @get:JvmSynthetic @set:JvmSynthetic public var maxSize: Int

    /**
     * How many idle connections to keep ready. 0 to [maxSize]. Null means 2, or [maxSize] if that is less. Default
     * null.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var minIdle: Int?

    /** How long a caller waits for a connection. Null means for ever. Default 30 s. */
    @get:JvmSynthetic @set:JvmSynthetic public var acquireTimeout: Duration?

    /**
     * How long a connect may take. After that it counts as failed, and the connection is closed if it still arrives.
     * Default 10 s.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var connectTimeout: Duration

    /** How long a probe may take. After that the connection counts as dead. Default 5 s. */
    @get:JvmSynthetic @set:JvmSynthetic public var probeTimeout: Duration

    /** How long the reset of a returned connection may take. After that it is closed. Default 5 s. */
    @get:JvmSynthetic @set:JvmSynthetic public var resetTimeout: Duration

    /**
     * How long a close may take. After that the slot is free again, and the close continues in the background. Default
     * 5 s.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var closeTimeout: Duration

    /**
     * How long an idle connection is lent without a probe. Zero probes each connection before every lease, except for
     * `tryAcquire`, which cannot wait. Null disables this probe. Default 1 s, because shorter idle times rarely kill a
     * connection.
     *
     * Pools of PostgreSQL probe one connection at this interval, for 30 s after the last lease. So a caller after a
     * pause waits for no probe. Not if it is shorter than 100 ms.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var trustWindow: Duration?

    /**
     * Whether each connection is probed when it is returned. The probe runs in the background, before the connection is
     * lent again. Default false, because a failed call reveals as much and costs nothing.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var probeOnReturn: Boolean

    /** How long a connection above [minIdle] may be idle before it is closed. Null means for ever. Default 10 min. */
    @get:JvmSynthetic @set:JvmSynthetic public var idleTimeout: Duration?

    /**
     * The maximum age of a connection. Each connection's own limit is drawn from 75 to 100 % of it, so that they do not
     * retire together. Null means any age. Default 30 min.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var maxLifetime: Duration?

    /** How long a connection may be idle before it is probed to keep it alive. Null means never. Default 2 min. */
    @get:JvmSynthetic @set:JvmSynthetic public var keepaliveInterval: Duration?

    /**
     * The maximum number of concurrent connects. At least 1. Default 4: enough to grow fast without flooding the
     * server. While connections are in use, opens start one at a time. Another is added for each 25 ms that a caller
     * has waited, because a short queue is served sooner by returned connections than by new ones.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var maxConcurrentOpens: Int

    /** How many callers may wait. Further ones fail at once. At least 1; null means any number. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var maxPending: Int?

    /** The pauses between connects while they fail. Default 100 ms, x1.5 up to 10 s, 20 % jitter. */
    @get:JvmSynthetic @set:JvmSynthetic public var backoff: Backoff

    /**
     * How long the database may be down, with no connection open and connects failing, before callers fail at once with
     * the cause instead of waiting. The first success ends that. Null means never. Default 30 s.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var failFastAfter: Duration?

    /** Sheds callers under overload instead of letting all of them wait for long. Null disables it. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var overload: OverloadControl?

    /**
     * How long a lease may last before it is reported once as a leak, with its holder. It is noticed within two
     * [statsInterval]s. [reclaimLeaks] decides what else happens. Null means never. Default null.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var leakThreshold: Duration?

    /**
     * Whether a lease longer than [leakThreshold] is reclaimed, and its connection closed, once its holder has ended.
     * The holder is the thread or job that acquired it. Disable this if one thread or coroutine acquires what another
     * uses after the first has ended (`withTimeout { pool.acquire() }`: the job is that of the block). The holder of a
     * future's lease and of [Pool.tryAcquire] is unknown, so such leases are reported but never reclaimed. Default
     * true, because such a connection would be lost otherwise.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var reclaimLeaks: Boolean

    /**
     * Whether a leak report shows where the connection was acquired. Costs a stack trace, some microseconds, for each
     * lease, so use it to find a leak. Default false.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var leakStackTraces: Boolean

    /**
     * How long a call on a leased connection may be silent before the pool asks the server, through another connection,
     * whether it still works on it. If not, the network has lost the connection, and it is aborted. Long-running calls
     * are left alone. Needs a factory that implements [ConnectionFactory.findLost]. Null means never. Default 10 s.
     *
     * Rockpool's JDBC module supports PostgreSQL. A call is silent while it waits for its socket and no byte passes; a
     * large request may take one second more for each 8 KB. The sockets come from Rockpool's socket factory, which also
     * works with TLS. If the driver's `socketFactory` is set, or connections come from a data source other than
     * `PGSimpleDataSource`, sockets cannot be watched. Then only a session that the server has ended counts as lost.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var stuckCallTimeout: Duration?

    /**
     * How long newcomers may overtake a waiting parked platform thread. Zero means never. Default 400 µs: about the
     * time of a statement on a nearby server, and enough that threads with very short leases do not pay a context
     * switch for each. After that, connections are handed directly to waiters, but at most two per connection within
     * one window. While the process keeps all its processors busy, it is one per processor, because a switch of threads
     * costs time that callers need to compute. If connections return faster than that, running threads use them.
     * Coroutines and virtual threads are never overtaken.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var bargingWindow: Duration

    /**
     * The share of a [Budget] that limits the connections of several pools together. While the pool runs its guarantee
     * can change, but not the budget. Null means no other limit than [maxSize]. Default null.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var budget: Budget.Share?

    /** Which of several idle connections is lent next. Default [ReusePolicy.AFFINE]. */
    @get:JvmSynthetic @set:JvmSynthetic public var reusePolicy: ReusePolicy

    /** The shortest interval between two publications of [Pool.stats], while something changes. Default 1 s. */
    @get:JvmSynthetic @set:JvmSynthetic public var statsInterval: Duration
}
