package dev.rockpool.jdbc.internal.sqlite

import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.jdbc.FakeDatabase
import dev.rockpool.jdbc.until
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.Connection
import java.sql.DriverManager
import java.sql.SQLException
import java.time.Duration

private const val WRITE = "insert into t values (1)"

private object Permits : ConnectionFactory<Any> {
    override suspend fun open(): Any = Any()

    override suspend fun close(connection: Any) = Unit
}

/** Connections to a fake database, and the lock to write to it. */
private class Writers : AutoCloseable {
    val database = FakeDatabase()
    private val permits =
        Pool(
            Permits,
            PoolConfig {
                maxSize = 1
                trustWindow = null
            },
        )
            as EnginePool<Any>

    /** Called on a writer's thread when it is about to wait. */
    @Volatile var aboutToWait: () -> Unit = {}

    private val turn =
        WriteLock("writers", permits.engine) {
            aboutToWait()
            Long.MAX_VALUE
        }

    fun connect(): Connection =
        WriteLockingConnection.of(DriverManager.getConnection(database.url), turn, null, false) {}

    /** A connection that has written and not committed. */
    fun writing(): Connection =
        connect().also {
            it.autoCommit = false
            it.write()
        }

    fun isFree(): Boolean = turn.tryTake()?.also(turn::giveBack) != null

    override fun close() {
        permits.engine.closeAsync(Duration.ZERO).join()
    }
}

private fun Connection.write() = createStatement().use { it.executeUpdate(WRITE) }

/** Which connection has the write lock at short-lived moments. */
class WriteLockOrderLaws :
    FunSpec({
        suspend fun withWriters(test: (Writers) -> Unit) =
            Writers().use {
                until { check(it.isFree()) }
                test(it)
            }

        test("the write lock passes on only after the driver has closed the connection, which frees its locks") {
            withWriters { writers ->
                val connection = writers.writing()
                val seen = mutableListOf<Boolean>()
                writers.database.on("connection.close") {
                    seen += writers.isFree()
                    FakeDatabase.RECORD_ONLY
                }
                writers.isFree() shouldBe false
                connection.close()
                seen shouldBe listOf(false)
                writers.isFree() shouldBe true
            }
        }

        test("an aborted connection keeps the write lock until it is closed") {
            withWriters { writers ->
                val connection = writers.writing()
                connection.abort(Runnable::run)
                writers.isFree() shouldBe false
                connection.close()
                writers.isFree() shouldBe true
            }
        }

        test("the write lock passes on even if the driver fails to close the connection") {
            withWriters { writers ->
                val connection = writers.writing()
                writers.database.on("connection.close") { throw SQLException("disk I/O error") }
                shouldThrow<SQLException> { connection.close() }
                writers.isFree() shouldBe true
            }
        }

        test("a lock granted after its connection was reclaimed passes on, and nothing is written") {
            withWriters { writers ->
                val writer = writers.writing()
                val late = writers.connect()
                writers.aboutToWait = {
                    late.abort(Runnable::run)
                    writer.rollback()
                }
                writers.database.forget()
                shouldThrow<SQLException> { late.write() }.message shouldContain "closed"
                writers.database.calls.count { WRITE in it.arguments } shouldBe 0
                writers.isFree() shouldBe true
                writers.aboutToWait = {}
                writers.writing().close()
            }
        }
    })
