package dev.rockpool.jdbc.internal

import dev.rockpool.jdbc.JdbcConfig
import java.sql.Connection
import java.sql.SQLException
import java.util.Properties
import java.util.concurrent.ConcurrentLinkedQueue

/** Opens one connection and makes it what every user shall find. Blocks. */
internal class Opener(private val config: JdbcConfig) {
    private val driver = config.url?.let { Drivers.find(it, config.driverClassName) }
    private val properties =
        Properties().apply {
            putAll(config.properties)
            config.username?.let { setProperty("user", it) }
            config.password?.let { setProperty("password", it) }
        }

    /** Known from the URL, or from the first connection. */
    @Volatile private var known: Vendor? = config.url?.let(Vendor::ofUrl)

    /** Whose databases these are, as far as that is known yet. */
    val vendor: Vendor
        get() = known ?: Vendor.OTHER

    /** Sessions that were cut off, and that the server may still have. */
    private val orphans = ConcurrentLinkedQueue<PostgresSession>()

    /**
     * This connection is cut off, and the network may not tell the server; [endOrphans] does, or the next one that is
     * opened.
     */
    fun orphaned(connection: PhysicalConnection) {
        connection.serverSession()?.let { orphans += it }
    }

    fun endOrphans(through: Connection, self: PostgresSession) {
        if (orphans.isNotEmpty()) PostgresSessions.end(through, self, generateSequence { orphans.poll() }.toList())
    }

    /** @throws SQLException when connecting or setting up fails; nothing is left open then */
    fun open(): PhysicalConnection {
        val connection = connect()
        try {
            val vendor = known ?: Vendor.of(connection).also { known = it }
            val session = if (config.pool.silenceLimit == null) null else PostgresSessions.of(connection)
            if (session != null) endOrphans(connection, session)
            setUp(connection)
            return PhysicalConnection(connection, FatalErrors(vendor, config.fatalErrors)).also {
                it.serverSession(session)
            }
        } catch (e: Throwable) { // whatever a driver throws, Errors too: the connection must not be left open
            try {
                connection.close()
            } catch (closing: SQLException) {
                e.addSuppressed(closing)
            }
            throw e
        }
    }

    private fun connect(): Connection {
        val source = config.dataSource
        if (source != null) {
            val user = config.username
            val connection = if (user == null) source.connection else source.getConnection(user, config.password)
            return connection
                ?: throw NoConnectionException("the data source ${source.javaClass.name} gave no connection")
        }
        val driver = checkNotNull(driver)
        // A copy: drivers write into what they are given.
        return driver.connect(config.url, Properties().apply { putAll(properties) })
            ?: throw NoConnectionException(
                "the driver ${driver.javaClass.name} gave no connection: it does not accept the url " +
                    Secrets.mask(checkNotNull(config.url))
            )
    }

    /** The mode of commit comes last, so that nothing before it opens a transaction. */
    private fun setUp(connection: Connection) {
        config.readOnly?.let { connection.isReadOnly = it }
        config.transactionIsolation?.let { connection.transactionIsolation = it }
        config.catalog?.let { connection.catalog = it }
        config.schema?.let { connection.schema = it }
        if (config.initSql.isNotEmpty()) {
            connection.createStatement().use { statement -> config.initSql.forEach(statement::execute) }
        }
        if (!connection.autoCommit) connection.commit()
        config.autoCommit?.let { if (connection.autoCommit != it) connection.autoCommit = it }
    }
}

/** Connecting came to nothing in a way that another try will not mend. */
internal class NoConnectionException(message: String) : SQLException(message, "08001")
