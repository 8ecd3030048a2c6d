package dev.rockpool.jdbc.internal.connect

import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import dev.rockpool.PoolConfig
import dev.rockpool.ReturnState
import dev.rockpool.internal.base.ActiveFactory
import dev.rockpool.internal.base.NonBlocking
import dev.rockpool.internal.base.PeekingFactory
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.call
import dev.rockpool.internal.base.logDebug
import dev.rockpool.internal.base.logWarn
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import dev.rockpool.jdbc.internal.connection.ReturnWatch
import dev.rockpool.jdbc.internal.errors.ConnectAdvice
import dev.rockpool.jdbc.internal.errors.ConnectErrors
import dev.rockpool.jdbc.internal.errors.Secrets
import dev.rockpool.jdbc.internal.postgres.PostgresSessions
import dev.rockpool.jdbc.internal.postgres.TrafficSockets
import dev.rockpool.jdbc.internal.sqlite.SqliteDatabase
import java.sql.SQLException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executor
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/**
 * Opens, probes and closes connections of a driver.
 *
 * These calls block and may hang. They run on their own threads, so no query can delay them. Connects hang longest, so
 * they have separate threads. A call that hangs is left behind when its time limit is over. A connection that it opens
 * later is closed.
 */
internal class JdbcConnectionFactory(config: JdbcConfig, private val sqlite: SqliteDatabase? = null) :
    ConnectionFactory<PhysicalConnection>,
    NonBlocking,
    PeekingFactory<PhysicalConnection>,
    ActiveFactory<PhysicalConnection>,
    ReturnWatch.Owner {
    @Volatile private var config = config

    /** The pool's current settings, which can change while it runs. */
    @Volatile var settings: () -> PoolConfig = { config.pool }

    /** Runs calls that may hang, for which no caller waits without a limit. */
    val upkeep: CoroutineDispatcher by lazy { PoolThreads.atMost(THREADS) }
    private val inBackground = Executor { upkeep.dispatch(EmptyCoroutineContext, it) }
    private val returns = ReturnWatch(this)

    @Volatile
    private var opener =
        DriverConnector(config, config.confidential, sqlite, { settings().stuckCallTimeout != null }, returns)
    @Volatile private var early: EarlyConnect? = null
    private val connecting by lazy { PoolThreads.atMost(THREADS) }

    /** Whether every connect failure counts as permanent. */
    @Volatile var failsFast = false

    /** Warns of settings that are allowed and lose data. */
    fun warn(): Unit = H2Memory.warn(config, config.confidential.properties().keys)

    /** The credentials for new connections. */
    val logins: CurrentCredentials
        get() = opener.logins()

    /**
     * Begins the first connect, before the rest of the pool is created. Not with SQLite, whose lock needs the running
     * pool, and not with a budget, which must allow the connect.
     */
    fun connectEarly() {
        if (sqlite != null || config.pool.budget != null) return
        try {
            early = EarlyConnect.begin(opener)
        } catch (e: Throwable) { // no thread; the pool handles that when it connects
            logDebug(e) { "pool '${config.pool.name}': no thread for an early connect" }
        }
    }

    /** Opens later connections with these settings. Those that are being opened still have the former ones. */
    fun reconnect(now: JdbcConfig) {
        opener = opener.with(now, now.confidential)
        config = now
        early?.abandon { closeQuietly(it) }
        early = null
    }

    override suspend fun open(): PhysicalConnection {
        val sockets = TrafficSockets.Watch()
        val first = early
        return connecting.call(
            always = false,
            lost = { inBackground.execute { closeQuietly(it) } },
            cancelled = {
                sockets.abandon()
                first?.giveUp()
            },
        ) {
            first?.take() ?: opener.open(sockets)
        }
    }

    /** Closes the connection that was opened early, if the pool has ended without it. */
    fun end(): CompletableFuture<Void> {
        returns.end()
        return early?.abandon { closeQuietly(it) } ?: CompletableFuture.completedFuture(null)
    }

    /** Not by a CompletableFuture: its thread would keep the class loader of the application that needs it first. */
    override fun later(nanos: Long, look: Runnable) {
        CoroutineScope(upkeep)
            .launch {
                delay(nanos.nanoseconds)
                look.run()
            }
            .invokeOnCompletion { if (it != null) returns.missed() }
    }

    override fun returnLimit(): java.time.Duration = settings().resetTimeout.toJavaDuration()

    override fun abortReturn(connection: PhysicalConnection) {
        logWarn {
            "pool '${config.pool.name}': a connection is aborted, because returning it took longer than " +
                "${settings().resetTimeout} (resetTimeout)"
        }
        abort(connection)
    }

    override suspend fun close(connection: PhysicalConnection) {
        upkeep.call {
            connection.cancellation().awaitAbort()
            connection.driver().close()
        }
    }

    override fun abort(connection: PhysicalConnection) {
        opener.orphaned(connection)
        val abort = Runnable {
            stopStatement(connection)
            try {
                connection.driver().abort(inBackground)
            } catch (_: Throwable) { // old drivers do not have abort
                // it is closed next
            }
        }
        connection.cancellation().aborting(CompletableFuture.runAsync(abort, inBackground))
    }

    /** Otherwise the server would finish a statement that nobody waits for, and keep its locks until then. */
    private fun stopStatement(connection: PhysicalConnection) {
        val call = connection.callUnderWay()
        if (call == 0L || PhysicalConnection.isVital(call) || connection.isCancelled) return
        val asking = Runnable {
            try {
                connection.cancellation().cancel(call, ASKING.inWholeNanoseconds)
            } catch (e: Throwable) { // drivers without cancel throw Errors
                logDebug(e) { "pool '${config.pool.name}': $connection cannot be asked to cancel a statement" }
            }
        }
        try {
            CompletableFuture.runAsync(asking, inBackground).get(ASKING.inWholeMilliseconds, TimeUnit.MILLISECONDS)
        } catch (_: TimeoutException) { // the server or the network is frozen
        }
    }

    override suspend fun probe(connection: PhysicalConnection): Boolean =
        // A probe that hangs may hold a lock that close needs, so it is aborted.
        upkeep.call(cancelled = { abort(connection) }) { isAlive(connection) }

    override fun canPeek(connection: PhysicalConnection): Boolean = connection.hasTraffic()

    override fun peek(connection: PhysicalConnection): Boolean = connection.isSilent()

    private fun isAlive(connection: PhysicalConnection): Boolean {
        val driver = connection.driver()
        val seconds = settings().probeTimeout.inWholeSeconds.coerceIn(1, Int.MAX_VALUE.toLong()).toInt()
        val alive = connection.policy().isAlive(driver, seconds)
        if (alive) opener.identify(connection)
        if (alive && !driver.autoCommit) driver.rollback() // the probe has opened a transaction
        return alive
    }

    /** Probes from a thread that may block, within the probe timeout. */
    fun probeNow(connection: PhysicalConnection) {
        val answer = CompletableFuture<Boolean>()
        inBackground.execute {
            runCatching { isAlive(connection) }.onSuccess(answer::complete).onFailure(answer::completeExceptionally)
        }
        try {
            val limit = settings().probeTimeout
            if (!answer.get(limit.inWholeNanoseconds, TimeUnit.NANOSECONDS)) throw SQLException("the probe says no")
        } catch (e: ExecutionException) {
            throw e.cause ?: e
        } catch (e: TimeoutException) {
            throw SQLException("no answer to a probe within ${settings().probeTimeout} (probeTimeout)", e)
        }
    }

    /** A lease undoes its changes before the return, so there is nothing to reset here. */
    override fun inspect(connection: PhysicalConnection): ReturnState =
        if (connection.isBroken) ReturnState.BROKEN else ReturnState.CLEAN

    /** Without a known server session, the pool never asks about this connection. */
    override fun activity(connection: PhysicalConnection) =
        ActiveFactory.Activity(
            connection.statementUnderWay(),
            connection.callingThread(),
            connection.callUnderWay() != 0L,
        )

    override fun callUnderWay(connection: PhysicalConnection): Long =
        if (connection.serverSession() == null) 0 else connection.stepUnderWay()

    override suspend fun findLost(
        silent: List<PhysicalConnection>,
        witness: PhysicalConnection,
    ): List<PhysicalConnection> {
        val limit = settings().stuckCallTimeout ?: return emptyList()
        return upkeep.call(cancelled = { abort(witness) }) { findLost(silent, witness, limit) }
    }

    /** Also ends the lost sessions, because they hold locks that others wait for. */
    private fun findLost(silent: List<PhysicalConnection>, witness: PhysicalConnection, limit: Duration) =
        PostgresSessions.findLost(silent, witness, limit.toJavaDuration()).also { lost ->
            lost.forEach(opener::orphaned)
            witness.serverSession()?.let { opener.endOrphans(witness.driver(), it) }
        }

    override fun classify(error: Throwable): ConnectFailure =
        if (failsFast) ConnectFailure.PERMANENT else ConnectErrors.classify(error, opener.vendor())

    override fun explain(error: Throwable): String =
        ConnectAdvice.explain(error, opener.vendor(), config.url?.let(Secrets::mask))

    private fun closeQuietly(connection: PhysicalConnection) {
        try {
            connection.driver().close()
        } catch (_: Exception) {
            // no caller waits for it
        }
    }

    private companion object {
        /** Enough for most pools even if every connection hangs at once, and bounded. */
        const val THREADS = 256

        /** How long an abort waits until the server was asked to cancel the statement. The network may be dead. */
        val ASKING = 500.milliseconds
    }
}
