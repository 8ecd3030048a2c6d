package dev.rockpool.jdbc.internal.connection

import dev.rockpool.BlockingConnectionHooks
import dev.rockpool.internal.engine.logWarn
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.internal.errors.FatalErrors
import dev.rockpool.jdbc.internal.errors.RefusedException
import dev.rockpool.jdbc.internal.errors.Secrets
import dev.rockpool.jdbc.internal.vendor.Vendor
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLFeatureNotSupportedException
import java.util.concurrent.atomic.AtomicBoolean

/** What the connections of one pool have in common: how they are judged, proved, and made ready for the next user. */
internal class ConnectionPolicy(private val config: JdbcConfig, val vendor: Vendor) {
    private val fatalErrors = FatalErrors(vendor, config.fatalErrors)
    private val withoutIsValid = AtomicBoolean()

    val hooks: BlockingConnectionHooks<Connection>? = config.hooks

    val initSql: List<String> = config.initSql
    val resetSql: List<String> = config.resetSql

    /** Whether more than statements sets connections up. */
    val setsUpByCode: Boolean = config.customizer != null || config.hooks != null

    /** Whether the driver may keep prepared statements itself, if it is one that does so when it is told to. */
    val driverMayCache: Boolean =
        config.dataSource != null ||
            CACHES in config.url.orEmpty().lowercase() ||
            config.confidential.properties().any { (name, value) -> "$name=$value".lowercase() == CACHES }

    val statements: StatementSettings = statementSettings(config)

    fun isFatal(error: SQLException): Boolean = fatalErrors.isFatal(error)

    /** Whether the pool may go on with this connection. An error says that it may not. */
    @Throws(SQLException::class)
    fun isAlive(driver: Connection, seconds: Int): Boolean {
        if (config.testQuery != null) return answers(driver, config.testQuery)
        return isValid(driver, seconds)
    }

    /** As the driver says; or as a query does, if the driver has no such question. */
    @Throws(SQLException::class)
    fun isValid(driver: Connection, seconds: Int): Boolean {
        if (withoutIsValid.get()) return answers(driver, config.testQuery ?: vendor.probe())
        return try {
            driver.isValid(seconds)
        } catch (e: SQLFeatureNotSupportedException) {
            isValidOtherwise(driver, e)
        } catch (e: AbstractMethodError) {
            isValidOtherwise(driver, e)
        }
    }

    private fun isValidOtherwise(driver: Connection, why: Throwable): Boolean {
        val query = config.testQuery ?: vendor.probe()
        val answers = answers(driver, query)
        if (withoutIsValid.compareAndSet(false, true))
            logWarn {
                "pool '${config.pool.name}': the driver cannot say whether a connection is valid ($why); it is asked " +
                    "'$query' instead. Set testQuery to ask something else."
            }
        return answers
    }

    private fun answers(driver: Connection, query: String): Boolean {
        driver.createStatement().use { it.execute(query) }
        return true
    }

    /** The mode of commit comes last, so that nothing before it opens a transaction. */
    fun setUp(driver: Connection) {
        prepareSession(driver)
        hooks?.afterOpen(driver)
        if (!driver.autoCommit) driver.commit()
        config.autoCommit?.let { if (driver.autoCommit != it) given("autoCommit", it) { driver.autoCommit = it } }
    }

    /**
     * After its user's changes were undone: what the pool's user wants done beside that.
     *
     * @param ran whether anything ran
     * @param autoCommit the mode it is in
     * @return whether anything was done
     */
    @Throws(SQLException::class)
    fun returned(driver: Connection, ran: Boolean, autoCommit: Boolean): Boolean {
        val resets = ran && config.resetSql.isNotEmpty()
        if (resets) {
            if (!autoCommit) driver.autoCommit = true // such statements may not run in a transaction
            run(driver, "resetSql", config.resetSql)
            prepareSession(driver) // such statements undo what it was set up with
            if (!autoCommit) driver.autoCommit = false
        }
        if (hooks == null) return resets
        hooks.afterReturn(driver)
        if (!autoCommit) driver.rollback()
        return true
    }

    private fun prepareSession(driver: Connection) {
        setAttributes(driver)
        run(driver, "initSql", config.initSql)
        config.customizer?.let { given("customizer", null) { it.customize(driver) } }
    }

    private fun setAttributes(driver: Connection) {
        config.readOnly?.let { given("readOnly", it) { driver.isReadOnly = it } }
        config.transactionIsolation?.let { given("transactionIsolation", it) { driver.transactionIsolation = it } }
        config.catalog?.let { given("catalog", it) { driver.catalog = it } }
        config.schema?.let { given("schema", it) { driver.schema = it } }
    }

    private fun run(driver: Connection, property: String, sql: List<String>) {
        if (sql.isEmpty()) return
        driver.createStatement().use { statement ->
            for (text in sql) given(property, Secrets.maskSql(text)) {
                // SQLite's driver runs all statements of a text only when it is told to update.
                if (vendor == Vendor.SQLITE) statement.executeUpdate(text) else statement.execute(text)
            }
        }
    }

    /** Names the setting when it is refused. A connection that is lost says nothing of the setting. */
    private inline fun given(property: String, value: Any?, set: () -> Unit) {
        try {
            set()
        } catch (e: SQLException) {
            throw if (isFatal(e)) e else RefusedException(property, value, e)
        }
    }

    private companion object {
        /** MySQL's. */
        const val CACHES = "cacheprepstmts=true"
    }
}

/** A connection could not be prepared for its user, and is gone. */
internal class UnpreparedException(override val cause: Throwable) : Exception(null, cause, false, false)
