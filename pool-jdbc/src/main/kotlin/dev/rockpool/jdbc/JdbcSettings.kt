package dev.rockpool.jdbc

import dev.rockpool.BlockingConnectionHooks
import dev.rockpool.BlockingPreparer
import dev.rockpool.PoolSettings
import java.sql.Connection
import javax.sql.DataSource
import kotlin.time.Duration

/**
 * The mutable settings of a JDBC pool. They are checked and become a [JdbcConfig].
 *
 * A null setting keeps the driver's default. Session attributes that a user changes are restored when the connection is
 * returned, whether they are configured here or not.
 */
public interface JdbcSettings : PoolSettings {
    /**
     * The JDBC URL of the database. Needed unless [dataSource] is given. Default null.
     *
     * If it begins with `jdbc:sqlite:`, writers queue in the pool, each for at most [acquireTimeout], because SQLite
     * allows one writer at a time. The driver's `transaction_mode`, here or in [properties], determines how
     * transactions that may write begin: `IMMEDIATE` (default: data read in the transaction is still valid when it
     * writes), `EXCLUSIVE`, or `DEFERRED`. Unless set here or there, `journal_mode` is `WAL` for files (readers do not
     * wait for the writer) and `busy_timeout` is 5000 (ms to wait for other processes).
     */
    @get:JvmSynthetic @set:JvmSynthetic public var url: String?

    /** The user name. Default null: that of the URL, the [properties] or the driver. */
    @get:JvmSynthetic @set:JvmSynthetic public var username: String?

    /** The password of [username]. Appears in no message, log or `toString`. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var password: String?

    /** The class of the driver, if it does not register itself. Default null: found by the [url]. */
    @get:JvmSynthetic @set:JvmSynthetic public var driverClassName: String?

    /**
     * Opens the connections instead of a driver. Then [url], [driverClassName] and [properties] must not be set. A
     * `PGSimpleDataSource` is asked for its URL and login at each connect, so that [stuckCallTimeout] works as with a
     * URL.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var dataSource: DataSource?

    /** Additional properties for the driver, by the driver's names. Default empty. */
    @get:JvmSynthetic @set:JvmSynthetic public var properties: Map<String, String>

    /** Whether leased connections are in autoCommit mode. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var autoCommit: Boolean?

    /** Whether leased connections are read-only. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var readOnly: Boolean?

    /** A constant of [java.sql.Connection], such as `TRANSACTION_SERIALIZABLE`, or of the driver. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var transactionIsolation: Int?

    /** The catalog of leased connections. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var catalog: String?

    /** The schema of leased connections. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var schema: String?

    /**
     * Statements that run once on each new connection, and again after [resetSql]. If one fails, the connect fails.
     * Default none.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var initSql: List<String>

    /**
     * A query that shows whether a connection is alive, for drivers without `Connection.isValid`. Default null: uses
     * `isValid`.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var testQuery: String?

    /**
     * How long a cancelled statement may take to end before its connection is aborted. Default 5 s: on a server that
     * responds, a cancel takes little more than one round trip.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var cancelTimeout: Duration

    /**
     * Whether blocks of coroutines run on virtual threads instead of pool threads. Needs JDK 21. Before JDK 24, a
     * driver that holds a monitor while it waits for the server pins one of the few carrier threads. Default false.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var virtualThreads: Boolean

    /**
     * How long a statement may run unless its user calls `setQueryTimeout`. The driver rounds up to whole seconds.
     * Default null: no limit, as in JDBC.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var queryTimeout: Duration?

    /**
     * How many prepared statements each connection caches for the next user; the least recently used one is dropped
     * first. A statement that failed, or whose settings were changed, is not cached. A change of schema, catalog or
     * role clears the cache, because a statement is bound to those, and so does the server's error that a statement is
     * out of date. With hooks, or after an `unwrap`, nothing is cached for the next user. Default 0, because the
     * drivers of PostgreSQL, MySQL, MariaDB and H2 have their own caches.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var statementCacheSize: Int

    /**
     * A statement that takes longer is reported to [slowStatementListener]. Default null: none is reported, and no
     * clock is read.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var slowStatementThreshold: Duration?

    /** Called for slow statements. Default: logs a warning with the SQL and without parameters. */
    @get:JvmSynthetic @set:JvmSynthetic public var slowStatementListener: SlowStatementListener?

    /**
     * Decides which errors mean that a connection is lost. It can add to the pool's knowledge of the vendor's errors,
     * or overrule it. Default null: only that knowledge decides.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var fatalErrors: FatalErrorRule?

    /**
     * Supplies user name and password for each new connection, if they change. Then [username] and [password] must not
     * be set. Default null. See also [JdbcPool.changeCredentials].
     */
    @get:JvmSynthetic @set:JvmSynthetic public var credentials: CredentialsSupplier?

    /**
     * Whether `getConnection(user, password)` of the data source works for users other than its own. Each of them then
     * has a pool of its own with these settings, but with `minIdle` 0. The pool closes itself after it was empty for
     * ten minutes. Another password of a user is tried at the server. If it works, a new pool replaces that of the
     * user. Not for SQLite, and not if the [url] names a user. Default false: such calls are refused, because they need
     * more connections than [maxSize].
     */
    @get:JvmSynthetic @set:JvmSynthetic public var userPools: Boolean

    /** Called for each new connection after [initSql], and again after [resetSql]. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var customizer: ConnectionCustomizer?

    /**
     * Statements that run when a used connection is returned, such as `DISCARD ALL`. They run outside a transaction,
     * after the session attributes were restored. Then the connection is set up like a new one: [readOnly],
     * [transactionIsolation], [catalog], [schema], [initSql] and [customizer]. The hook `afterOpen` does not run again.
     * If a statement fails, the connection is closed. Default none.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var resetSql: List<String>

    /**
     * Hooks that run with the driver's connection after it was opened, before it is lent and after it was returned.
     * Unlike in a generic pool, the latter two run on the thread that acquires or closes the connection, without a time
     * limit. Changes that they make are not undone, but their uncommitted work is rolled back. If a hook throws, the
     * connection is closed. If that is the hook before lending, the next connection is tried, three at most. Default
     * null: no cost.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var hooks: BlockingConnectionHooks<Connection>?

    /**
     * Prepares connections for a tag, such as a tenant or a role: see [JdbcPool.tagged]. [JdbcPreparers] has ready
     * ones. It gets the driver's connection, on the thread that acquires it, without a time limit. What it sets becomes
     * the base of the session, which the pool restores on return. It must leave autocommit as it is; a transaction that
     * it has begun is committed. Callers without a tag get a connection prepared for null. After [resetSql] a
     * connection is prepared again. Default null: no cost.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var preparer: BlockingPreparer<Connection>?

    /** What creating the pool does to open its first connection. Default [Startup.Background]. */
    @get:JvmSynthetic @set:JvmSynthetic public var startup: Startup
}
