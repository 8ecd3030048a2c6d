package dev.rockpool.jdbc

import dev.rockpool.Priority
import java.sql.PreparedStatement
import java.sql.ResultSet
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * A query whose calls are sent together while they wait for a connection, in one round trip: `val userById =
 * pool.batchedQuery<Long, User?>("select id, name from users where id = ?", bind = { setLong(1, it) }, read = {
 * toUserOrNull() })`, then `userById(42)`. It must only read, because it may run more than once for a call. See
 * [BatchedStatement].
 *
 * @param bind sets the parameters for one call
 * @param read reads the rows of one call, which are before the first row
 * @param maxBatch how many calls are sent together at most, see [BatchOptions.maxBatch]
 * @param maxPending how many calls of the statement may wait; null means no limit but the pool's
 * @param timeout how long a call may wait until it is sent; null means no limit
 * @param priority callers with a higher priority are served first
 * @throws IllegalArgumentException if [sql] is not exactly one statement, or an option is out of range
 */
@JvmSynthetic
public fun <A, R> JdbcPool.batchedQuery(
    sql: String,
    bind: PreparedStatement.(A) -> Unit,
    read: ResultSet.() -> R,
    maxBatch: Int = BatchOptions.defaults().maxBatch,
    maxPending: Int? = null,
    timeout: Duration? = control.config.acquireTimeout,
    priority: Priority = Priority.NORMAL,
): BatchedStatement<A, R> = dataSource.batchedQuery(sql, bind, read, optionsOf(maxBatch, maxPending, timeout, priority))

/**
 * An update whose calls run together while they wait for a connection, as one JDBC batch in one transaction: `val add =
 * pool.batchedUpdate<Event>("insert into events(id, body) values (?, ?)") { e -> setLong(1, e.id); setString(2, e.body)
 * }`, then `add(event)`. The result of a call is its number of rows, or -2 if the driver does not tell it
 * (`Statement.SUCCESS_NO_INFO`). See [BatchedStatement].
 *
 * @param maxBatch how many calls are sent together at most, see [BatchOptions.maxBatch]
 * @param maxPending how many calls of the statement may wait; null means no limit but the pool's
 * @param timeout how long a call may wait until it is sent; null means no limit
 * @param priority callers with a higher priority are served first
 * @param bind sets the parameters for one call
 * @throws IllegalArgumentException if [sql] is not exactly one statement, or an option is out of range
 */
@JvmSynthetic
public fun <A> JdbcPool.batchedUpdate(
    sql: String,
    maxBatch: Int = BatchOptions.defaults().maxBatch,
    maxPending: Int? = null,
    timeout: Duration? = control.config.acquireTimeout,
    priority: Priority = Priority.NORMAL,
    bind: PreparedStatement.(A) -> Unit,
): BatchedStatement<A, Int> = dataSource.batchedUpdate(sql, bind, optionsOf(maxBatch, maxPending, timeout, priority))

/**
 * The same on a cluster: calls run on a standby, or on the primary while none serves. Those that wait at one server run
 * together.
 */
@JvmSynthetic
public fun <A, R> JdbcCluster.batchedQuery(
    sql: String,
    bind: PreparedStatement.(A) -> Unit,
    read: ResultSet.() -> R,
    maxBatch: Int = BatchOptions.defaults().maxBatch,
    maxPending: Int? = null,
    timeout: Duration? = acquireTimeout,
    priority: Priority = Priority.NORMAL,
): BatchedStatement<A, R> = dataSource.batchedQuery(sql, bind, read, optionsOf(maxBatch, maxPending, timeout, priority))

/** The same on a cluster: calls run on the primary. */
@JvmSynthetic
public fun <A> JdbcCluster.batchedUpdate(
    sql: String,
    maxBatch: Int = BatchOptions.defaults().maxBatch,
    maxPending: Int? = null,
    timeout: Duration? = acquireTimeout,
    priority: Priority = Priority.NORMAL,
    bind: PreparedStatement.(A) -> Unit,
): BatchedStatement<A, Int> = dataSource.batchedUpdate(sql, bind, optionsOf(maxBatch, maxPending, timeout, priority))

/**
 * The same on shards: a call runs on the shard of its key. Those that wait at one shard run together.
 *
 * @param key returns the key of a call, see [dev.rockpool.ShardMap]
 */
@JvmSynthetic
public fun <A, R> ShardedJdbcPool.batchedQuery(
    sql: String,
    key: (A) -> Any,
    bind: PreparedStatement.(A) -> Unit,
    read: ResultSet.() -> R,
    maxBatch: Int = BatchOptions.defaults().maxBatch,
    maxPending: Int? = null,
    timeout: Duration? = acquireTimeout,
    priority: Priority = Priority.NORMAL,
): BatchedStatement<A, R> =
    dataSource.batchedQuery(sql, key, bind, read, optionsOf(maxBatch, maxPending, timeout, priority))

/**
 * The same on shards: a call runs on the shard of its key.
 *
 * @param key returns the key of a call, see [dev.rockpool.ShardMap]
 */
@JvmSynthetic
public fun <A> ShardedJdbcPool.batchedUpdate(
    sql: String,
    key: (A) -> Any,
    maxBatch: Int = BatchOptions.defaults().maxBatch,
    maxPending: Int? = null,
    timeout: Duration? = acquireTimeout,
    priority: Priority = Priority.NORMAL,
    bind: PreparedStatement.(A) -> Unit,
): BatchedStatement<A, Int> =
    dataSource.batchedUpdate(sql, key, bind, optionsOf(maxBatch, maxPending, timeout, priority))

private fun optionsOf(maxBatch: Int, maxPending: Int?, timeout: Duration?, priority: Priority) =
    BatchOptions.defaults()
        .maxBatch(maxBatch)
        .maxPending(maxPending)
        .timeout(timeout?.toJavaDuration())
        .priority(priority)
