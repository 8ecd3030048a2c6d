package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.ConnectFailedException
import dev.rockpool.InvalidConfigException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.SQLException
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

class StartupLaws :
    FunSpec({
        test("36 fail fast: a created pool has a probed connection") {
            val database = FakeDatabase()
            fakePool(database) {
                    startup = Startup.FailFast
                    minIdle = 1
                }
                .use { pool ->
                    database.log().count { it.startsWith("connection.isValid") } shouldBe 1
                    pool.connection.close()
                    database.connections shouldHaveSize 1
                }
        }

        test("36 the connection probed at the start counts for the minimum") {
            for (startup in listOf(Startup.FailFast, Startup.WaitUpTo(10.seconds), Startup.Background)) {
                for (minimum in listOf(0, 1, 2, 5)) {
                    val database = FakeDatabase()
                    val asked = startup
                    fakePool(database) {
                            this.startup = asked
                            minIdle = minimum
                            maxSize = 10
                        }
                        .use { pool ->
                            until {
                                val now = pool.snapshot()
                                check(now.idle == minimum && now.opening + now.probing + now.closing == 0) {
                                    "$startup, minimum $minimum: $now"
                                }
                            }
                            val opened = if (startup == Startup.Background) minimum else maxOf(1, minimum)
                            pool.snapshot().opened.toInt() shouldBe opened
                        }
                }
            }
        }

        test("36 a probe is bounded by the settings as they are now") {
            withFake { database, pool ->
                pool
                    .control()
                    .reconfigure(
                        pool
                            .control()
                            .config
                            .toBuilder()
                            .apply { trustWindow = Duration.ZERO }
                            .probeTimeout(9.seconds.toJavaDuration())
                            .build()
                    )
                pool.connection.close()
                pool.connection.close()
                database.log().filter { it.startsWith("connection.isValid") }.toSet() shouldBe
                    setOf("connection.isValid(9)")
            }
        }

        test("36 fail fast: the first failure is thrown, whatever its kind, with the driver's error as its cause") {
            val database = FakeDatabase()
            val refused = SQLException("refused", "08001", 7)
            database.on("driver.connect") { throw refused }
            val error = shouldThrow<ConnectFailedException> { fakePool(database) { startup = Startup.FailFast } }
            error.cause shouldBeSameInstanceAs refused
            error.message shouldContain "refused"
            database.logins.size shouldBe 1
        }

        test("36 fail fast: a failed probe is thrown, and nothing is left open") {
            val database = FakeDatabase()
            database.on("connection.isValid") { false }
            shouldThrow<ConnectFailedException> { fakePool(database) { startup = Startup.FailFast } }
            database.open() shouldBe 0
        }

        test("36 fail fast: a probe that hangs is not waited for") {
            val database = FakeDatabase()
            val never = CountDownLatch(1)
            database.on("connection.isValid") { never.await() }
            shouldThrow<ConnectFailedException> {
                    fakePool(database) {
                        startup = Startup.FailFast
                        probeTimeout = 50.milliseconds
                    }
                }
                .message shouldContain "probeTimeout"
            until { check(database.open() == 0) }
            never.countDown()
        }

        test("36 after the start, a fail-fast pool handles failures like any other") {
            val database = FakeDatabase()
            fakePool(database) { startup = Startup.FailFast }
                .use { pool ->
                    val failures = AtomicInteger()
                    database.on("driver.connect") {
                        if (failures.incrementAndGet() <= 2) throw SQLException("refused", "08001")
                        FakeDatabase.RECORD_ONLY
                    }
                    pool.control().evictAll()
                    pool.connection.close()
                    failures.get() shouldBe 3
                }
        }

        test("35 failing fast on a hung connect leaks nothing, even if it arrives later") {
            val database = FakeDatabase()
            val arrive = CountDownLatch(1)
            database.on("driver.connect") {
                arrive.await()
                FakeDatabase.RECORD_ONLY
            }
            shouldThrow<ConnectFailedException> {
                    fakePool(database) {
                        startup = Startup.FailFast
                        connectTimeout = 50.milliseconds
                        closeTimeout = 50.milliseconds
                    }
                }
                .message shouldContain "connectTimeout"
            arrive.countDown()
            until { check(database.connections.isNotEmpty() && database.open() == 0) }
        }

        test("36 waiting: the start succeeds if the database comes up in time") {
            val database = FakeDatabase()
            val failures = AtomicInteger()
            database.on("driver.connect") {
                if (failures.incrementAndGet() <= 2) throw SQLException("starting", "57P03")
                else FakeDatabase.RECORD_ONLY
            }
            fakePool(database) {
                    startup = Startup.WaitUpTo(20.seconds)
                    failFastAfter = 1.milliseconds
                }
                .use { pool ->
                    failures.get() shouldBe 3
                    pool.connection.close()
                    pool.control().config.failFastAfter shouldBe 1.milliseconds
                }
        }

        test("36 waiting ends at its limit, with the latest error as cause, and nothing is left open") {
            val database = FakeDatabase()
            database.on("driver.connect") { throw SQLException("starting", "57P03") }
            val error =
                shouldThrow<AcquireTimeoutException> {
                    fakePool(database) { startup = Startup.WaitUpTo(200.milliseconds) }
                }
            (error.cause as SQLException).sqlState shouldBe "57P03"
            database.open() shouldBe 0
        }

        test("36 waiting ends at once on a permanent failure") {
            val database = FakeDatabase()
            database.on("driver.connect") { throw SQLException("wrong password", "28P01") }
            shouldThrow<ConnectFailedException> { fakePool(database) { startup = Startup.WaitUpTo(60.seconds) } }
        }

        test("35 a thread interrupted while it waits for its pool keeps its flag, and leaks nothing") {
            val database = FakeDatabase()
            val connecting = CountDownLatch(1)
            val arrive = CountDownLatch(1)
            database.on("driver.connect") {
                connecting.countDown()
                arrive.await()
                FakeDatabase.RECORD_ONLY
            }
            val outcome = AtomicReference<Throwable>()
            var flag = false
            val creator = thread {
                val created = runCatching {
                    fakePool(database) {
                        startup = Startup.WaitUpTo(60.seconds)
                        closeTimeout = 50.milliseconds
                    }
                }
                flag = Thread.currentThread().isInterrupted
                outcome.set(created.exceptionOrNull())
            }
            connecting.await()
            creator.interrupt()
            creator.join()
            (outcome.get().cause is InterruptedException) shouldBe true
            flag shouldBe true
            arrive.countDown()
            until { check(database.connections.isNotEmpty() && database.open() == 0) }
        }

        test("36 lazy: nothing connects before the first caller, then the pool fills up to its minimum") {
            val database = FakeDatabase()
            fakePool(database) {
                    startup = Startup.Lazy
                    maxSize = 4
                    minIdle = 3
                    keepaliveInterval = 1.milliseconds // so that the keeper has work
                    statsInterval = 1.milliseconds
                }
                .use { pool ->
                    pool.control().reconfigure(pool.control().config.toBuilder().maxSize(5).build())
                    pool.control().check().status
                    database.logins.toList().shouldBeEmpty()
                    pool.connection.close()
                    until { pool.snapshot().idle shouldBe 3 }
                }
        }

        test("36 lazy and background pools start without a database, and recover when it comes up") {
            for (mode in listOf(Startup.Lazy, Startup.Background)) {
                val database = FakeDatabase()
                database.on("driver.connect") { throw SQLException("refused", "08001") }
                fakePool(database) {
                        startup = mode
                        acquireTimeout = 100.milliseconds
                        minIdle = 1
                    }
                    .use { pool ->
                        shouldThrow<SQLException> { pool.connection }
                        database.logins.size shouldBeGreaterThan 0
                        database.connections.shouldBeEmpty()
                        database.normal("driver.connect")
                        until { pool.connection.close() }
                    }
            }
        }

        test("35 closing while the first connects are slow leaks nothing, lazy or in the background") {
            for (mode in listOf(Startup.Lazy, Startup.Background)) {
                val database = FakeDatabase()
                val connecting = CountDownLatch(1)
                val arrive = CountDownLatch(1)
                database.on("driver.connect") {
                    connecting.countDown()
                    arrive.await()
                    FakeDatabase.RECORD_ONLY
                }
                val pool =
                    fakePool(database) {
                        startup = mode
                        minIdle = 1
                        closeTimeout = 50.milliseconds
                    }
                val caller = thread { runCatching { pool.connection } }
                connecting.await()
                pool.close()
                caller.join()
                pool.snapshot().total shouldBe 0
                arrive.countDown()
                until { check(database.connections.isNotEmpty() && database.open() == 0) }
            }
        }

        test("41 a wait that is not positive is rejected") {
            shouldThrow<InvalidConfigException> {
                    JdbcConfig {
                        url = FakeDatabase().url
                        startup = Startup.WaitUpTo(0.seconds)
                    }
                }
                .problems
                .single() shouldContain "startup.waitUpTo is 0s but must be longer than zero, and finite"
        }
    })
