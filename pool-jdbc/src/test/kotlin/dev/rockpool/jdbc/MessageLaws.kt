package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.EOFException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.UnknownHostException
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLNonTransientConnectionException
import java.sql.SQLTransientConnectionException
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import org.slf4j.event.Level

/**
 * Messages for callers and logs: given once, with rounded numbers, with holder and reason, and with an SQLState that
 * translators map correctly.
 */
class MessageLaws :
    FunSpec({
        test("the error of an exhausted or closed pool does not look like a lost connection") {
            withFake({ maxPending = 1 }) { _, pool ->
                pool.connection.use {
                    pool.stateOf<SQLTransientConnectionException> { getConnection(Duration.ZERO.java()) } shouldBe
                        "HYT00"
                    pool.stateOf<SQLTransientConnectionException> { getConnection(20.milliseconds.java()) } shouldBe
                        "HYT00"
                    val waiter = thread { runCatching { pool.getConnection(10.seconds.java()).close() } }
                    until { check(pool.snapshot().pending == 1) }
                    pool.stateOf<SQLTransientConnectionException> { connection } shouldBe "53300"
                    waiter.interrupt()
                    waiter.join()
                }
                pool.close()
                pool.stateOf<SQLNonTransientConnectionException> { connection } shouldBe "HY010"
            }
        }

        test("18 while the database cannot be reached, the state is that of the driver's failure, or class 08") {
            for ((thrown, state) in listOf(SQLException("away", "08006") to "08006", Error("no driver") to "08001")) {
                val database = FakeDatabase()
                database.on("driver.connect") { throw thrown }
                fakePool(database).use {
                    it.stateOf<SQLTransientConnectionException> { getConnection(300.milliseconds.java()) } shouldBe
                        state
                }
            }
        }

        test("a connect failure whose cause has no message names the class of the cause") {
            val database = FakeDatabase()
            database.on("driver.connect") {
                throw SQLException("The connection attempt failed.", "08001", EOFException())
            }
            fakePool(database).use {
                val error = shouldThrow<SQLException> { it.getConnection(300.milliseconds.java()) }
                error.message shouldContain "The connection attempt failed, because of java.io.EOFException (jdbc:fake:"
            }
        }

        test("the warning that a pool is down names the server and the reason") {
            val database = FakeDatabase()
            database.on("driver.connect") {
                throw SQLException("The connection attempt failed.", "08001", UnknownHostException("db.test"))
            }
            val log = logged {
                fakePool(database) { failFastAfter = 20.milliseconds }
                    .use { pool ->
                        until { shouldThrow<SQLException> { pool.connection }.message shouldContain "has been down" }
                    }
            }
            log.lines().single { "is down" in it } shouldContain "java.net.UnknownHostException: db.test (jdbc:fake:"
        }

        test("the error of a closed statement or result set does not cost the connection") {
            withFake { database, pool ->
                pool.connection.use { connection ->
                    val statement = connection.createStatement()
                    val results = statement.executeQuery("select 1")
                    results.close()
                    shouldThrow<SQLException> { results.next() }
                        .let {
                            it.message shouldBe "ResultSet is closed"
                            it.sqlState shouldBe "HY010"
                        }
                    statement.close()
                    shouldThrow<SQLException> { statement.execute("x") }
                        .let {
                            it.message shouldBe "Statement is closed"
                            it.sqlState shouldBe "HY010"
                        }
                }
                pool.connection.close()
                database.connections.size shouldBe 1
            }
        }

        test("a user whose lease was ended gets an error with who ended it and why") {
            withFake { _, pool ->
                val aborted = pool.connection
                aborted.abort(Runnable::run)
                shouldThrow<SQLException> { aborted.createStatement() }.message shouldBe
                    "Connection is closed: aborted by its user"
                val evicted = pool.connection
                pool.evict(evicted)
                shouldThrow<SQLException> { evicted.commit() }.message shouldBe
                    "Connection is closed: evicted by its user"
                val returned = pool.connection
                returned.close()
                shouldThrow<SQLException> { returned.commit() }.message shouldBe "Connection is closed"
            }
        }

        test("a user whose call is aborted gets the reason, with the driver's error as its cause") {
            val database = FakeDatabase()
            val pool = fakePool(database)
            val inCall = CountDownLatch(1)
            val cut = CountDownLatch(1)
            val driverSays = SQLException("socket closed", "08006")
            database.on("statement.execute") {
                inCall.countDown()
                cut.await()
                throw driverSays
            }
            database.on("connection.abort") { cut.countDown() }
            lateinit var failure: SQLException
            val user = thread { failure = shouldThrow<SQLException> { pool.connection.use(Connection::touch) } }
            inCall.await()
            pool.close(java.time.Duration.ZERO)
            user.join()
            failure.shouldBeInstanceOf<SQLNonTransientConnectionException>()
            failure.message shouldContain "not returned before the pool was closed"
            failure.message shouldContain "the driver says: socket closed"
            failure.sqlState shouldBe "08006"
            failure.cause shouldBe driverSays
        }

        test("advice is given only once, even if the driver gives it") {
            val port = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }
            val pool =
                JdbcPool("away") {
                    url = "jdbc:postgresql://localhost:$port/x"
                    failFastAfter = 1.seconds
                }
            lateinit var waited: String
            lateinit var down: String
            until {
                waited =
                    shouldThrow<SQLException> { pool.dataSource.getConnection(50.milliseconds.java()) }
                        .message
                        .orEmpty()
                waited shouldContain "connecting fails"
            }
            until {
                down =
                    shouldThrow<SQLException> { pool.dataSource.getConnection(50.milliseconds.java()) }
                        .message
                        .orEmpty()
                down shouldContain "has been down"
            }
            for (message in listOf(waited, down)) {
                message shouldContain "localhost:$port"
                Regex("(?i)check that|see that|try:").findAll(message).count() shouldBe 1
            }
            down shouldNotContain Regex("\\d\\.\\d{4,}")
            pool.close()
        }

        test("the log has one line at INFO when a pool starts and one when it ends; opened and closed at DEBUG") {
            val info = logged(Level.INFO) { withFake { _, pool -> pool.connection.use(Connection::touch) } }
            info
                .lines()
                .filter { "pool 'fake'" in it }
                .map { it.substringAfter("Pool ").substringAfter("- ") } shouldContainExactly
                listOf("pool 'fake' has started, for up to 1 connections", "pool 'fake' is closed")
            val debug = logged(Level.DEBUG) { withFake { _, pool -> pool.connection.use(Connection::touch) } }
            debug shouldContain Regex("connection 1 is opened in \\d")
            debug shouldContain Regex("connection 1 is closed after \\d")
        }

        test("there is one warning about an in-memory database that would lose its data, with the setting to use") {
            fun warnings(url: String, settings: JdbcSettings.() -> Unit = {}) = logged {
                JdbcPool("memory") {
                        this.url = url
                        settings()
                    }
                    .dataSource
                    .use { it.connection.close() }
            }
            val log = warnings("jdbc:h2:mem:lost")
            log.lines().count { "pool 'memory'" in it } shouldBe 1
            log shouldContain "loses its data with its last connection; add ;DB_CLOSE_DELAY=-1 to the url"
            warnings("jdbc:h2:mem:") shouldContain "each connection has a database of its own"
            for (kept in listOf("jdbc:h2:mem:kept;DB_CLOSE_DELAY=-1", "jdbc:h2:mem:kept;db_close_delay=60")) warnings(
                kept
            ) shouldBe ""
            warnings("jdbc:h2:mem:kept") { properties = mapOf("DB_CLOSE_DELAY" to "-1") } shouldBe ""
            warnings("jdbc:h2:mem:kept") { initSql = listOf("set db_close_delay -1") } shouldBe ""
        }
    })

private fun Duration.java(): java.time.Duration = java.time.Duration.ofNanos(inWholeNanoseconds)

private inline fun <reified E : SQLException> RockpoolDataSource.stateOf(call: RockpoolDataSource.() -> Unit): String? =
    shouldThrow<E> { call() }.sqlState
