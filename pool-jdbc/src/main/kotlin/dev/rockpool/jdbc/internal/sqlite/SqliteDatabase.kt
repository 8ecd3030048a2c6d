package dev.rockpool.jdbc.internal.sqlite

import dev.rockpool.ConnectionFactory
import dev.rockpool.PoolConfig
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.spi.startEngine
import java.sql.Connection
import java.sql.SQLException
import java.time.Duration
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicReference
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * What one pool has beside its connections if its database is SQLite: the turn to write, and for a database in memory
 * one connection that nobody is lent and nothing retires, because such a database ends with its last connection.
 */
internal class SqliteDatabase(
    private val url: SqliteUrl,
    private val poolName: String,
    acquireTimeout: () -> kotlin.time.Duration?,
) {
    private val permits = permits(poolName)
    private val turn = WriteLock(poolName, permits) { acquireTimeout().orNever() }
    private val begin =
        if (url.isReadOnly || url.transactionMode == SqliteUrl.DEFERRED) null else "begin ${url.transactionMode}"

    /** One opens at a time: those that want to change the mode of the journal at the same moment would be refused. */
    private val opening = ReentrantLock()
    private val anchor = AtomicReference<Connection>()
    @Volatile private var ended = false
    private val warned = AtomicBoolean()

    val urlForDriver: String
        get() = url.forDriver

    val propertiesForDriver: Map<String, String>
        get() = url.propertiesForDriver

    /** A connection whose statements wait for their turn, out of one that the driver opens. */
    fun connect(open: () -> Connection): Connection =
        opening.withLock {
            if (url.isShared && anchor.get() == null) {
                anchor.set(open())
                if (ended) dropAnchor()
            }
            WriteLockingConnection.of(open(), turn, begin, url.isShared, ::warnOfRest)
        }

    /** Said once: programs that do so do it all the time. */
    private fun warnOfRest(sql: String) {
        if (!warned.compareAndSet(false, true)) return
        logWarn {
            "pool '$poolName': SQLite's driver runs only the first statement of a text, unless it is given to " +
                "executeUpdate; it leaves out what follows the first of: ${sql.take(READABLE)}"
        }
    }

    /** The pool of connections has ended: nothing is written any more. A second call does nothing. */
    fun end() {
        permits.closeAsync(Duration.ZERO).join()
        ended = true
        dropAnchor()
    }

    private fun dropAnchor() {
        try {
            anchor.getAndSet(null)?.close()
        } catch (_: SQLException) {
            // the database in memory ends anyway
        }
    }

    private fun permits(poolName: String): Engine<Any> {
        val config = PoolConfig {
            name = "$poolName: the turn to write"
            maxSize = 1
            acquireTimeout = null
            trustWindow = null
            idleTimeout = null
            maxLifetime = null
            keepaliveInterval = null
            stuckCallTimeout = null
        }
        return startEngine(Permits, config)
    }

    private companion object {
        /** More of a statement is seldom worth reading. */
        const val READABLE = 200
    }

    private object Permits : ConnectionFactory<Any> {
        override suspend fun open(): Any = Any()

        override suspend fun close(connection: Any) = Unit
    }
}
