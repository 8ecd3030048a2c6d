package dev.rockpool.jdbc

import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.testing.EmbeddedDatabase
import dev.rockpool.testing.EmbeddedDatabase.Shutdown
import dev.rockpool.testing.FaultProxy
import dev.rockpool.testing.FaultProxy.Links
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.io.IOException
import java.net.InetAddress
import java.sql.Connection
import javax.net.SocketFactory
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext

/** Law 57 on a real PostgreSQL: a session that the server has ended is never lent because it was kept fresh. */
class KeptSessionLaws :
    FunSpec({
        val database by lazy { EmbeddedDatabase.builder().maxConnections(10).create() }

        afterSpec { database.close() }

        fun pool(settings: JdbcSettings.() -> Unit = {}) =
            JdbcPool("kept") {
                url = database.url()
                username = database.user()
                password = database.password()
                minIdle = 0
                maxSize = 2
                trustWindow = WINDOW
                statsInterval = 50.milliseconds
                settings()
            }

        test("57: while there is little traffic every kind of caller gets its connection without a round trip") {
            FaultProxy.to("localhost", database.port()).use { proxy ->
                val pool = pool {
                    url = database.url(proxy)
                    trustWindow = 1.seconds
                }
                val session = pool.dataSource.connection.use { it.session() }
                val ways: Map<String, suspend () -> String?> =
                    mapOf(
                        "thread" to { pool.dataSource.getConnection(java.time.Duration.ZERO).use { it.session() } },
                        "coroutine" to
                            {
                                withContext(Dispatchers.Default) { pool.withConnection(Duration.ZERO) { it.session() } }
                            },
                        "coroutine on the pool's dispatcher" to
                            {
                                withContext(pool.dispatcher) { pool.withConnection(Duration.ZERO) { it.session() } }
                            },
                    )
                for ((kind, way) in ways) withClue(kind) { withoutWait(pool) { way() shouldBe session } }
                pool.close()
            }
        }

        test("57: a session that the server ended just before the call is not lent") {
            val pool = pool()
            repeat(10) {
                val session = pool.dataSource.connection.use { it.session() }
                pool.isKept()
                database.killSessions()
                until { database.sessions() shouldBe 0 }
                if (it % 2 == 0) pool.dataSource.connection.use { c -> c.session() shouldNotBe session }
                else pool.withConnection { c -> c.session() shouldNotBe session }
            }
            pool.close()
        }

        test("57: after a restart of the server the next call succeeds") {
            for (how in Shutdown.entries) {
                val pool = pool { acquireTimeout = 20.seconds }
                pool.dataSource.connection.use { it.session() }
                pool.isKept()
                database.restart(how)
                pool.dataSource.connection.use { it.ask("select 1") shouldBe "1" }
                pool.close()
            }
        }

        test("57: a connection that the network has cut without a word is found within a trust window") {
            for (cut in listOf<FaultProxy.() -> Unit>({ drop(Links.EXISTING) }, { reset(Links.EXISTING) })) {
                FaultProxy.to("localhost", database.port()).use { proxy ->
                    val pool = pool { url = database.url(proxy) }
                    pool.dataSource.connection.use { it.session() }
                    pool.isKept()
                    proxy.cut()
                    until { pool.snapshot().closed shouldBe 1L }
                    proxy.heal()
                    pool.dataSource.connection.use { it.ask("select 1") shouldBe "1" }
                    pool.close()
                }
            }
        }

        test("57: bytes that arrived without harm cost a probe, not the connection") {
            val pool = pool {
                initSql = listOf("listen news")
                maxSize = 1
            }
            pool.dataSource.connection.close()
            pool.isKept()
            database.connect().use { it.run("notify news") }
            pool.dataSource.connection.close()
            pool.snapshot().run { listOf(opened, closed) } shouldBe listOf(1L, 0L)
            pool.close()
        }

        test("57: a connection whose socket the pool cannot see is not kept fresh") {
            val pool = pool { url = database.url() + "?socketFactory=" + OtherSockets::class.java.name }
            pool.dataSource.connection.use { it.session() }
            until { pool.slots().single { it.phase() == Phase.IDLE }.isStale shouldBe true }
            delay(WINDOW * 3)
            pool.control.connections().single().lastProbe.shouldBeNull()
            pool.close()
        }
    })

/** The shortest for which a connection is kept fresh, and a little more. */
private val WINDOW = 150.milliseconds

private fun JdbcPool.slots() =
    dataSource.unwrap(EnginePool::class.java).engine.allSlots().filter { it.phase() != Phase.VACANT }

/** Runs a call that does not wait while a connection is kept fresh. It may come during a probe, so it is repeated. */
internal suspend fun withoutWait(pool: JdbcPool, call: suspend () -> Unit) =
    eventually(20.seconds) {
        pool.isKept()
        call()
    }

/** Waits until one connection is kept fresh: stale for all but a peek. */
internal suspend fun JdbcPool.isKept() = until { slots().count { it.isKept } shouldBe 1 }

private fun Connection.session() = ask("select pg_backend_pid()")

/** Plain sockets, which are not the pool's. */
class OtherSockets : SocketFactory() {
    private val plain = getDefault()

    override fun createSocket() = plain.createSocket()

    override fun createSocket(host: String, port: Int) = throw IOException("unused")

    override fun createSocket(host: String, port: Int, from: InetAddress, fromPort: Int) = throw IOException("unused")

    override fun createSocket(host: InetAddress, port: Int) = throw IOException("unused")

    override fun createSocket(host: InetAddress, port: Int, from: InetAddress, fromPort: Int) =
        throw IOException("unused")
}
