package dev.rockpool.jdbc.internal.connect

import dev.rockpool.jdbc.Credentials
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.internal.connection.ConnectionPolicy
import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import dev.rockpool.jdbc.internal.connection.PostgresSession
import dev.rockpool.jdbc.internal.errors.ConnectErrors
import dev.rockpool.jdbc.internal.errors.InRotationException
import dev.rockpool.jdbc.internal.errors.NoConnectionException
import dev.rockpool.jdbc.internal.errors.RefusedException
import dev.rockpool.jdbc.internal.errors.RefusedSettings
import dev.rockpool.jdbc.internal.errors.SecretRedactor
import dev.rockpool.jdbc.internal.errors.Secrets
import dev.rockpool.jdbc.internal.postgres.PgSource
import dev.rockpool.jdbc.internal.postgres.PostgresSessions
import dev.rockpool.jdbc.internal.postgres.TrafficSockets
import dev.rockpool.jdbc.internal.sqlite.SqliteConnection
import dev.rockpool.jdbc.internal.sqlite.SqliteDatabase
import dev.rockpool.jdbc.internal.vendor.Vendor
import java.sql.Connection
import java.sql.SQLException
import java.util.Properties
import java.util.concurrent.ConcurrentLinkedQueue
import javax.sql.DataSource

/** Opens a connection and sets it up as every user expects it. Blocks. */
internal class DriverConnector(
    private val config: JdbcConfig,
    private val sqlite: SqliteDatabase? = null,
    private val asksForSessions: () -> Boolean,
) {
    private val driver = config.url?.let { Drivers.find(it, config.driverClassName) }
    private val properties =
        Properties().apply { putAll(sqlite?.propertiesForDriver ?: config.confidential.properties()) }

    /** The credentials for later connects. */
    val logins = CurrentCredentials(config)

    private val history = LoginHistory()

    /** Whether any connection has been opened. */
    @Volatile private var hasOpened = false

    /** The vendor, known from the URL or from the first connection. */
    @Volatile private var known: Vendor? = config.url?.let(Vendor::ofUrl)

    /** The vendor of the database, as far as it is known. */
    val vendor: Vendor
        get() = known ?: Vendor.OTHER

    @Volatile private var policy: ConnectionPolicy? = null

    /** Sessions of aborted connections that the server may still have. */
    private val orphans = ConcurrentLinkedQueue<PostgresSession>()

    /**
     * Records that this connection is aborted, which the network may not tell the server. [endOrphans] ends its
     * session, or the next connection that is opened does.
     */
    fun orphaned(connection: PhysicalConnection) {
        connection.serverSession()?.let { orphans += it }
    }

    /** Identifies the server's session of a connection that was opened while this was not needed. */
    fun identify(connection: PhysicalConnection) {
        if (!asksForSessions() || connection.serverSession() != null) return
        PostgresSessions.of(connection.driver())?.let { connection.serverSession(it) }
    }

    fun endOrphans(through: Connection, self: PostgresSession) {
        if (orphans.isNotEmpty()) PostgresSessions.end(through, self, generateSequence { orphans.poll() }.toList())
    }

    /**
     * Opens a connection.
     *
     * @throws SQLException if connecting or setting up fails; nothing is left open then
     */
    fun open(): PhysicalConnection {
        val login = logins.next()
        history.repeated(login, System.nanoTime())?.let { throw InRotationException(it) }
        try {
            return open(login).also {
                history.worked(login)
                hasOpened = true
            }
        } catch (e: Throwable) { // Errors may contain the password too
            throw told(e, login)
        }
    }

    /** The exception for callers instead: without secrets, and classified as permanent or not. */
    private fun told(error: Throwable, login: Credentials): Throwable {
        val hidden = SecretRedactor(config.url, config.confidential.properties(), login.username, login.password)
        // A statement that was accepted once is not wrong: the database has changed, and may change back.
        if (error is RefusedException) return error.told(hidden, !hasOpened && RefusedSettings.isFinal(error, vendor))
        val told = hidden.error(error)
        if (told !is SQLException || !ConnectErrors.isRefusal(told, vendor)) return told
        history.refused(login, told, System.nanoTime())
        return if (history.hasWorked(login)) InRotationException(told) else told
    }

    private fun open(login: Credentials): PhysicalConnection {
        val watch = TrafficSockets.Watch()
        val connection = watch.use { if (sqlite == null) connect(login, it) else sqlite.connect { connect(login, it) } }
        try {
            val policy = policyOf(connection)
            val session = if (asksForSessions()) PostgresSessions.of(connection) else null
            if (session != null) endOrphans(connection, session)
            policy.setup().setUp(connection)
            val physical =
                if (sqlite == null) PhysicalConnection(connection, policy) else SqliteConnection(connection, policy)
            physical.traffic(watch.traffic())
            return physical.also { it.serverSession(session) }
        } catch (e: Throwable) { // whatever a driver throws, Errors too: the connection must not be left open
            try {
                connection.close()
            } catch (closing: SQLException) {
                e.addSuppressed(closing)
            }
            throw e
        }
    }

    private fun policyOf(connection: Connection): ConnectionPolicy {
        policy?.let {
            return it
        }
        val vendor = known ?: Vendor.of(connection).also { known = it }
        return ConnectionPolicy(config, config.confidential.properties(), vendor).also { policy = it }
    }

    private fun connect(login: Credentials, watch: TrafficSockets.Watch): Connection {
        val source = config.dataSource
        if (source != null)
            return connect(source, login, watch)
                ?: throw NoConnectionException("the data source ${source.javaClass.name} gave no connection")
        val driver = checkNotNull(driver)
        // A copy, because drivers modify the properties that they get.
        val info = Properties().apply { putAll(properties) }
        login.username?.let { info.setProperty("user", it) }
        login.password?.let { info.setProperty("password", it) }
        val url = checkNotNull(sqlite?.urlForDriver ?: config.url)
        watch.over(driver, url, info)
        return driver.connect(url, info)
            ?: throw NoConnectionException(
                "the driver ${driver.javaClass.name} gave no connection: it does not accept the url " +
                    Secrets.mask(checkNotNull(config.url))
            )
    }

    private fun connect(source: DataSource, login: Credentials, watch: TrafficSockets.Watch): Connection? {
        val user = login.username
        PgSource.of(source)?.let {
            return it.connect(user, login.password, watch)
        }
        return if (user == null) source.connection else source.getConnection(user, login.password)
    }
}
