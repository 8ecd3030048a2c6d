package dev.rockpool.jdbc

import dev.rockpool.BlockingConnectionHooks
import dev.rockpool.PoolSettings
import java.sql.Connection
import javax.sql.DataSource
import kotlin.time.Duration

/**
 * The settings of a JDBC pool while they are being written; [JdbcConfig] is what they become.
 *
 * What is null is left as the driver has it. Whatever a user changes of a session is set back when the connection is
 * returned, configured here or not.
 */
public interface JdbcSettings : PoolSettings {
    /**
     * The JDBC URL of the database. Needed unless [dataSource] is given. Default null.
     *
     * If it begins with `jdbc:sqlite:`, those who write wait for each other in the pool, each at most for
     * [acquireTimeout], because SQLite has one writer at a time. The driver's `transaction_mode`, here or in
     * [properties], then says how transactions that may write begin: `IMMEDIATE` (default: what was read in one is
     * still true when it writes), `EXCLUSIVE`, or `DEFERRED`. Where neither says otherwise, `journal_mode` is `WAL` for
     * files (readers do not wait for the writer) and `busy_timeout` 5000 (ms to wait for other processes).
     */
    @get:JvmSynthetic @set:JvmSynthetic public var url: String?

    /** Whom to log in as. Default null: as the URL, the [properties] or the driver say. */
    @get:JvmSynthetic @set:JvmSynthetic public var username: String?

    /** The password of [username]. Appears in no message, log or `toString`. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var password: String?

    /** The class of the driver, for one that does not register itself. Default null: found by the [url]. */
    @get:JvmSynthetic @set:JvmSynthetic public var driverClassName: String?

    /**
     * Opens the connections instead of a driver; [url], [driverClassName] and [properties] must be absent then. A
     * `PGSimpleDataSource` is asked for its URL and login at each connect, so that [stuckCallTimeout] works as with a
     * URL.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var dataSource: DataSource?

    /** What the driver is told beside [username] and [password], by the driver's own names. Default empty. */
    @get:JvmSynthetic @set:JvmSynthetic public var properties: Map<String, String>

    /** Whether a connection is lent in autoCommit mode. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var autoCommit: Boolean?

    /** Whether a connection is lent read-only. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var readOnly: Boolean?

    /** A constant of [java.sql.Connection], such as `TRANSACTION_SERIALIZABLE`, or of the driver. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var transactionIsolation: Int?

    /** The catalog that a connection is lent with. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var catalog: String?

    /** The schema that a connection is lent with. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var schema: String?

    /**
     * Statements that run once on each new connection, and again after [resetSql]. If one fails, connecting has failed.
     * Default none.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var initSql: List<String>

    /**
     * A query that proves a connection alive, for drivers without `Connection.isValid`. Default null: ask `isValid`.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var testQuery: String?

    /**
     * How long a statement that was cancelled for a caller who has given up may take to end before the connection is
     * aborted. Default 5 s: cancelling takes one round trip and a moment on a server that answers.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var cancelTimeout: Duration

    /**
     * Whether blocks of coroutines run on virtual threads instead of threads of the pools. Needs JDK 21; before JDK 24
     * a driver that holds a monitor while it waits for the server occupies one of the few carriers. Default false.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var virtualThreads: Boolean

    /**
     * How long a statement may run unless its user calls `setQueryTimeout`; the driver rounds up to whole seconds.
     * Default null: as long as it takes, as JDBC has it.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var queryTimeout: Duration?

    /**
     * How many prepared statements each connection keeps for the next user; the one used longest ago goes first. One
     * that failed, or works in another way than it was made to, is not kept, and a statement that the server says is
     * out of date empties the cache. So does a change of schema, catalog or role, since a statement is bound to those.
     * With hooks, or after an `unwrap`, nothing is kept for the next user. Default 0: the drivers of PostgreSQL, MySQL,
     * MariaDB and H2 do it themselves.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var statementCacheSize: Int

    /**
     * A statement that takes longer is reported to [slowStatementListener]. Default null: none is, and no clock is
     * read.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var slowStatementThreshold: Duration?

    /** Is told of slow statements. Default: a warning in the log, with the SQL and without parameters. */
    @get:JvmSynthetic @set:JvmSynthetic public var slowStatementListener: SlowStatementListener?

    /**
     * Says which errors mean that a connection is lost, beside what is known of the database's vendor: may add to that,
     * and veto. Default null: what is known decides.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var fatalErrors: FatalErrorRule?

    /**
     * Gives user and password for each new connection, for those that change; [username] and [password] must be absent
     * then. Default null. See also [JdbcPool.changeCredentials].
     */
    @get:JvmSynthetic @set:JvmSynthetic public var credentials: CredentialsSupplier?

    /** Done to each new connection after [initSql], and again after [resetSql]. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var customizer: ConnectionCustomizer?

    /**
     * Statements that run when a connection is returned on which something ran, such as `DISCARD ALL`; outside of a
     * transaction, and after it was set back. Then the connection is set up as a new one is: [readOnly],
     * [transactionIsolation], [catalog], [schema], [initSql] and [customizer]. What the hook `afterOpen` did is not
     * done again. If one of them fails, the connection is closed. Default none.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var resetSql: List<String>

    /**
     * What else to do with a connection, the driver's own, when it was opened, before it is lent and when it was
     * returned. Unlike those of a generic pool, the latter two run on the thread that acquires or closes the
     * connection, without a bound. What they change is not set back, but what they leave uncommitted is rolled back.
     * One that throws costs the connection; before it is lent, another one is tried, three at most. Default null:
     * nothing is spent on them.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var hooks: BlockingConnectionHooks<Connection>?

    /** What creating the pool does about its first connection. Default [Startup.Background]. */
    @get:JvmSynthetic @set:JvmSynthetic public var startup: Startup
}
