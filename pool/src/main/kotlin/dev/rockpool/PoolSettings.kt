package dev.rockpool

import kotlin.time.Duration

/**
 * The settings of a pool while they are being written; [PoolConfig] is what they become. For durations, null means
 * never.
 */
public interface PoolSettings {
    /** The pool's name in messages, logs and stats. Default `"pool"`. */
    @get:JvmSynthetic @set:JvmSynthetic public var name: String

    /** How many connections there may be at most, those being opened or closed included. At least 1. Default 10. */
    @get:JvmSynthetic @set:JvmSynthetic public var maxSize: Int

    /**
     * How many idle connections to keep ready. 0 to [maxSize]; null for 2, or [maxSize] if that is less. Default null.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var minIdle: Int?

    /** How long a caller waits for a connection. Null: for ever. Default 30 s. */
    @get:JvmSynthetic @set:JvmSynthetic public var acquireTimeout: Duration?

    /**
     * How long opening one connection may take; then it counts as failed, and is closed should it arrive after all.
     * Default 10 s.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var connectTimeout: Duration

    /** How long a probe may take; then the connection counts as dead. Default 5 s. */
    @get:JvmSynthetic @set:JvmSynthetic public var probeTimeout: Duration

    /** How long resetting a returned connection may take; then it is closed. Default 5 s. */
    @get:JvmSynthetic @set:JvmSynthetic public var resetTimeout: Duration

    /**
     * How long closing a connection may take; then its slot is free again and the close goes on unobserved. Default 5
     * s.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var closeTimeout: Duration

    /**
     * How long an idle connection is lent without a probe. Zero: each connection is probed before every lend, except by
     * `tryAcquire`, which cannot wait. Null: never probe for that reason. Default 1 s: a shorter idle time rarely kills
     * a connection.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var trustWindow: Duration?

    /**
     * Whether each connection is probed when it is returned. The probe runs in the background, and the connection is
     * lent again after it. Default false: a failed call tells as much, and costs nothing.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var probeOnReturn: Boolean

    /** How long a connection above [minIdle] may sit idle before it is closed. Null: for ever. Default 10 min. */
    @get:JvmSynthetic @set:JvmSynthetic public var idleTimeout: Duration?

    /**
     * How old a connection may become; each one's own limit is drawn from 75 to 100 % of this, so that they do not
     * retire together. Null: any age. Default 30 min.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var maxLifetime: Duration?

    /** How long a connection may sit idle before it is probed to keep it alive. Null: never. Default 2 min. */
    @get:JvmSynthetic @set:JvmSynthetic public var keepaliveInterval: Duration?

    /**
     * How many connections may be opening at the same time. At least 1. Default 4: enough to grow fast without storming
     * the server. While connections are in use one is opened at first, and one more for each 25 ms that somebody has
     * waited: a short queue is served sooner by what is in use than by what is being opened.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var maxConcurrentOpens: Int

    /** How many callers may wait; one more is turned away at once. At least 1; null: any number. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var maxPending: Int?

    /** How connect attempts are spaced while they fail. Default 100 ms, x1.5 up to 10 s, 20 % jitter. */
    @get:JvmSynthetic @set:JvmSynthetic public var backoff: Backoff

    /**
     * How long the database may be away, with no connection open and connecting failing, before callers fail at once
     * with the cause instead of waiting; the first success ends that. Null: never. Default 30 s.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var failFastAfter: Duration?

    /** Sheds callers under overload instead of letting all of them wait for long. Null: never. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var overload: OverloadControl?

    /**
     * How long a lease may last before it is reported as a leak, once, with its holder; noticed within two
     * [statsInterval]s. [reclaimLeaks] says what else happens to it. Null: never. Default null.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var leakThreshold: Duration?

    /**
     * Whether a lease longer than [leakThreshold] is taken back, and its connection closed, once its holder has ended:
     * the thread or the job that acquired it. Switch this off where one thread or coroutine acquires what another goes
     * on to use after its end (`withTimeout { pool.acquire() }`: the job is that of the block). Of a future, and of
     * [Pool.tryAcquire], the holder is not known: reported, but never taken back. Default true: what nobody can return
     * is lost otherwise.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var reclaimLeaks: Boolean

    /**
     * Whether the report of a leak says where the connection was acquired. Costs a stack trace, some microseconds, for
     * each lease, so meant for finding a leak. Default false.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var leakStackTraces: Boolean

    /**
     * How long one call on a leased connection may be silent before the pool asks, through another connection, whether
     * the other side still works for it; if not, the network has lost it and it is aborted. A call that takes long is
     * left alone. Needs a factory that can tell ([ConnectionFactory.findLost]). Null: never. Default 10 s.
     *
     * Rockpool's JDBC can tell for PostgreSQL. A call is silent while it waits for its socket and no byte passes; a
     * large request may take one second more for each 8 KB. The sockets are those of a factory of Rockpool's, over
     * which TLS works as over any other. Where they cannot be seen, because the driver's `socketFactory` is set or the
     * connections come from a data source other than `PGSimpleDataSource`, only a session that the server has ended
     * counts as lost.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var stuckCallTimeout: Duration?

    /**
     * How long newcomers may take a freed connection before a parked platform thread that waits for one. Zero: never.
     * Default 400 µs, about what a statement of a server nearby takes, and enough that threads with very short leases
     * do not pay a context switch for each. After that connections are handed to those who wait, but at most two of
     * each within one window: where they come back faster, who runs uses them. Coroutines and virtual threads are never
     * passed.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var bargingWindow: Duration

    /** Which of several idle connections is lent next. Default [ReusePolicy.AFFINE]. */
    @get:JvmSynthetic @set:JvmSynthetic public var reusePolicy: ReusePolicy

    /** How often [Pool.stats] is published at most, while something changes. Default 1 s. */
    @get:JvmSynthetic @set:JvmSynthetic public var statsInterval: Duration
}
