package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.SQLException
import java.sql.SQLTransientConnectionException
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

class AcquiringLaws :
    FunSpec({
        test("17 with all connections leased, getConnection fails within its timeout and says why") {
            withFake { _, pool ->
                pool.control().reconfigure { acquireTimeout = 200.milliseconds } // after the connection is open
                pool.connection.use {
                    lateinit var error: SQLTransientConnectionException
                    measureTime { error = shouldThrow { pool.connection } } shouldBeLessThan 2.seconds
                    for (part in listOf("'fake'", "ms", "total=1", "active=1", "idle=0", "pending=0")) {
                        error.message shouldContain part
                    }
                    error.cause.shouldBeNull()
                    error.nextException.shouldBeNull()
                }
            }
        }

        test(
            "18 while connecting fails, cause, next exception, SQLState and vendor code are those of the latest failure"
        ) {
            val database = FakeDatabase()
            val down = SQLException("no route", "08006", 4711)
            database.on("driver.connect") { throw down }
            fakePool(database) { acquireTimeout = 1.seconds }
                .use { pool ->
                    val error = shouldThrow<SQLTransientConnectionException> { pool.connection }
                    error.cause shouldBeSameInstanceAs down
                    error.nextException shouldBeSameInstanceAs down
                    error.sqlState shouldBe "08006"
                    error.errorCode shouldBe 4711
                }
        }

        test("20 when connecting works again, the waiter succeeds before its timeout") {
            val database = FakeDatabase()
            val refusals = java.util.concurrent.atomic.AtomicInteger()
            database.on("driver.connect") {
                if (refusals.incrementAndGet() <= 3) throw SQLException("refused", "08001")
                else FakeDatabase.RECORD_ONLY
            }
            fakePool(database).use { pool -> pool.connection.close() }
            refusals.get() shouldBe 4
        }

        test("21 while the database is down callers fail at once, with a transient error") {
            val database = FakeDatabase()
            val away = SQLException("no route", "08006", 4711)
            database.on("driver.connect") { throw away }
            fakePool(database) {
                    acquireTimeout = null
                    failFastAfter = 20.milliseconds
                }
                .use { pool ->
                    repeat(2) {
                        val error = shouldThrow<SQLTransientConnectionException> { pool.connection }
                        error.cause shouldBeSameInstanceAs away
                        error.sqlState shouldBe "08006"
                        error.message shouldContain "pool 'fake' has been down for"
                    }
                }
        }

        test("a wrong password fails the waiter at once, with its SQLState") {
            val database = FakeDatabase()
            database.on("driver.connect") { throw SQLException("wrong password", "28P01", 7) }
            fakePool(database).use { pool ->
                val error = shouldThrow<SQLException> { pool.connection }
                error.sqlState shouldBe "28P01"
                error.errorCode shouldBe 7
                error.message shouldContain "wrong password"
            }
        }

        test("21 twenty threads on a pool of four open exactly four, and none is opened without a caller") {
            val database = FakeDatabase()
            fakePool(database) { maxSize = 4 }
                .use { pool ->
                    database.log().shouldBeEmpty()
                    val allOut = CountDownLatch(4)
                    atOnce(20) {
                        repeat(50) {
                            pool.connection.use {
                                it.touch()
                                allOut.countDown()
                                allOut.await()
                            }
                        }
                    }
                    database.connections.size shouldBe 4
                    pool.snapshot().leased shouldBe 0
                }
        }

        test("22 an interrupt while waiting is the cause, keeps the flag, and loses no slot") {
            withFake { _, pool ->
                var error: SQLException? = null
                var flag = false
                val held = pool.connection
                val waiter = thread {
                    error = shouldThrow { pool.connection }
                    flag = Thread.currentThread().isInterrupted
                }
                until { check(pool.snapshot().pending == 1) }
                waiter.interrupt()
                waiter.join()
                error?.cause.shouldBeInstanceOf<InterruptedException>()
                flag shouldBe true
                pool.snapshot().pending shouldBe 0
                held.close()
                pool.connection.close()
            }
        }

        test("26 waiters are served in order") {
            withFake({ bargingWindow = 0.milliseconds }) { _, pool ->
                val served = CopyOnWriteArrayList<Int>()
                val held = pool.connection
                val waiters =
                    List(8) { i ->
                        val waiter = thread { pool.connection.use { served += i } }
                        until { check(pool.snapshot().pending == i + 1) }
                        waiter
                    }
                held.close()
                waiters.forEach { it.join() }
                served shouldContainExactly List(8) { it }
            }
        }

        test("the login timeout sets how long to wait, and 0 restores the pool's own timeout") {
            withFake { _, pool ->
                pool.control().reconfigure { acquireTimeout = 100.milliseconds } // after the connection is open
                pool.connection.use {
                    pool.loginTimeout = 1
                    measureTime { shouldThrow<SQLTransientConnectionException> { pool.connection } }
                        .let { check(it >= 1.seconds) }
                    pool.loginTimeout = 0
                    measureTime { shouldThrow<SQLTransientConnectionException> { pool.connection } } shouldBeLessThan
                        1.seconds
                }
            }
        }

        test("34 close is idempotent from many threads, fails waiters at once and leaves nothing behind") {
            val database = FakeDatabase()
            val pool = fakePool(database)
            val held = pool.connection
            var error: SQLException? = null
            val waiter = thread { error = shouldThrow { pool.connection } }
            until { check(pool.snapshot().pending == 1) }
            val closers = List(4) { thread { pool.close() } }
            waiter.join()
            error?.message shouldContain "has been closed"
            held.close()
            closers.forEach { it.join() }
            shouldThrow<SQLException> { pool.connection }.message shouldContain "has been closed"
            pool.snapshot().total shouldBe 0
            pool.snapshot().pending shouldBe 0
            database.open() shouldBe 0
        }
    })
