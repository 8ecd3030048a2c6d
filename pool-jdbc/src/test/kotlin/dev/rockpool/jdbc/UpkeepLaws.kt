package dev.rockpool.jdbc

import dev.rockpool.PoolEvent
import dev.rockpool.jdbc.internal.errors.hiddenProperties
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLTransientConnectionException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

/** How the pool maintains connections while they are idle or leased. */
class UpkeepLaws :
    FunSpec({
        test("19 a connection returned while a caller waits is handed over, even while new connects fail") {
            withFake({ maxSize = 2 }) { database, pool ->
                val held = pool.connection
                database.on("driver.connect") { throw SQLException("refused", "08001") }
                val served = CompletableFuture.supplyAsync { pool.connection }
                until { check(database.logins.size > 1 && pool.snapshot().pending == 1) }
                held.close()
                served.get(5, TimeUnit.SECONDS).close()
                database.connections.size shouldBe 1
            }
        }

        test("23 the timeout holds although closing, setting the network timeout or connecting hangs") {
            for (hanging in listOf("connection.close", "driver.connect", "connection.setNetworkTimeout")) {
                val never = CountDownLatch(1)
                withFake({ statsInterval = 10.milliseconds }) { database, pool ->
                    database.on(hanging) {
                        never.await()
                        FakeDatabase.RECORD_ONLY
                    }
                    pool.control().reconfigure(pool.control().config.toBuilder().acquireTimeout(short).build())
                    val user = thread {
                        pool.connection.use { connection ->
                            if (hanging.endsWith("Timeout")) connection.setNetworkTimeout(Runnable::run, 1_000)
                            pool.evict(connection)
                        }
                    }
                    if (hanging.endsWith("Timeout")) until { check(hanging in database.log().toString()) }
                    else user.join()
                    val took = measureTime { shouldThrow<SQLTransientConnectionException> { pool.connection } }
                    took shouldBeLessThan 3.seconds
                    never.countDown()
                    user.join()
                }
            }
        }

        test("27 an expired lifetime never interrupts a connection in use") {
            val settings: JdbcSettings.() -> Unit = {
                maxLifetime = 100.milliseconds
                statsInterval = 10.milliseconds
            }
            withFake(settings) { database, pool ->
                pool.connection.use { connection ->
                    until { check(pool.control().connections().single().isRetired) }
                    connection.touch()
                }
                val opened = database.connections.size
                pool.connection.close()
                database.connections.size shouldBe opened + 1
            }
        }

        test("28 keepalive probes idle connections, and replaces dead ones") {
            val settings: JdbcSettings.() -> Unit = {
                keepaliveInterval = 30.milliseconds
                statsInterval = 10.milliseconds
                minIdle = 1
            }
            withFake(settings) { database, pool ->
                until { check(database.log().any { it.startsWith("connection.isValid") }) }
                val opened = database.connections.size
                database.on("connection.isValid") { false }
                until { check(database.connections.size > opened && database.connections[opened - 1].closed) }
                database.normal("connection.isValid")
                pool.connection.close()
            }
        }

        test("29 idle connections are closed down to the minimum, and never below") {
            val settings: JdbcSettings.() -> Unit = {
                maxSize = 4
                minIdle = 2
                idleTimeout = 50.milliseconds
                statsInterval = 10.milliseconds
            }
            withFake(settings) { database, pool ->
                List(4) { pool.connection }.forEach(Connection::close)
                until { (database.open() to pool.snapshot().closed) shouldBe (2 to 2L) }
                val looks = pool.snapshot().closed
                until { check(pool.control().connections().all { it.inState > 200.milliseconds }) }
                pool.snapshot().closed shouldBe looks
                database.open() shouldBe 2
            }
        }

        test("31 a connection that its user evicts stops counting at once, even if its close hangs for a while") {
            withFake { database, pool ->
                val closing = CountDownLatch(1)
                database.on("connection.close") {
                    closing.await()
                    FakeDatabase.RECORD_ONLY
                }
                val connection = pool.connection
                pool.evict(connection) shouldBe true
                pool.snapshot().total shouldBe 0
                connection.isClosed shouldBe true
                closing.countDown()
                until { pool.snapshot().closing shouldBe 0 }
                database.open() shouldBe 0
                pool.evict(connection) shouldBe false
                connection.close()
                pool.connection.use { it.touch() }
            }
        }

        test("31 only a leased connection of this pool can be evicted") {
            withFake { database, pool ->
                withFake { _, other ->
                    other.connection.use {
                        pool.evict(it) shouldBe false
                        it.touch()
                    }
                }
                pool.evict(database.connections.single().proxy as Connection) shouldBe false
            }
        }

        test("31 evicting all closes idle connections now and leased ones on return, and fills up to the minimum") {
            val settings: JdbcSettings.() -> Unit = {
                maxSize = 3
                minIdle = 1
                statsInterval = 10.milliseconds
            }
            withFake(settings) { database, pool ->
                val held = pool.connection
                until { pool.snapshot().idle shouldBe 1 }
                val old = database.connections.toList()
                pool.control().evictAll()
                until { check(old.count { it.closed } == 1) }
                held.touch()
                held.close()
                until { check(old.all { it.closed } && pool.snapshot().idle == 1) }
            }
        }

        test(
            "39 while a pool is paused returns are accepted, callers wait up to their timeout, and resume serves them"
        ) {
            withFake { _, pool ->
                val held = pool.connection
                pool.control().pause()
                held.close()
                pool.loginTimeout = 1
                shouldThrow<SQLTransientConnectionException> { pool.connection }
                pool.loginTimeout = 0
                val waiting = CompletableFuture.supplyAsync { pool.connection }
                until { pool.snapshot().pending shouldBe 1 }
                pool.control().resume()
                waiting.get(5, TimeUnit.SECONDS).close()
            }
        }

        test("39 a thread that waits for a paused pool can be interrupted") {
            withFake { _, pool ->
                pool.control().pause()
                val failure = CompletableFuture<Throwable?>()
                val waiter = thread { failure.complete(runCatching { pool.connection }.exceptionOrNull()) }
                until { pool.snapshot().pending shouldBe 1 }
                waiter.interrupt()
                failure.get(5, TimeUnit.SECONDS)?.cause.shouldBeInstanceOf<InterruptedException>()
                pool.control().resume()
                pool.connection.close()
            }
        }

        test("41 a configuration does not change with what it was made from") {
            val properties = mutableMapOf("a" to "1")
            val sql = mutableListOf("init")
            val config = JdbcConfig {
                url = FakeDatabase().url
                this.properties = properties
                initSql = sql
                resetSql = sql
            }
            properties.clear()
            sql.clear()
            config.hiddenProperties shouldBe mapOf("a" to "1")
            config.initSql + config.resetSql shouldBe listOf("init", "init")
        }

        test("43 a caller that timed out is counted, and its wait is recorded and reported") {
            withFake { _, pool ->
                val told = CompletableFuture<PoolEvent.TimedOut>()
                pool.control().addListener { if (it is PoolEvent.TimedOut) told.complete(it) }
                pool.loginTimeout = 1
                pool.connection.use { shouldThrow<SQLTransientConnectionException> { pool.connection } }
                pool.snapshot().timedOut shouldBe 1
                pool.snapshot().times.wait.max shouldBeGreaterThan 900.milliseconds
                told.get(5, TimeUnit.SECONDS).waited shouldBeGreaterThan 900.milliseconds
            }
        }
    })

private val short = java.time.Duration.ofMillis(100)
