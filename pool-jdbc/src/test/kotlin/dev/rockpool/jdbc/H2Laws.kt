package dev.rockpool.jdbc

import dev.rockpool.PoolEvent
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import java.sql.Connection
import java.sql.SQLException
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread

class H2Laws :
    DatabaseLaws(
        start = {
            Dialect(
                url = "jdbc:h2:mem:laws;DB_CLOSE_DELAY=-1",
                unknown = "jdbc:h2:mem:nowhere;IFEXISTS=TRUE",
                session = "select session_id()",
                kill = { "call abort_session($it)" },
            )
        }
    )

/** H2 closes the whole database when a thread that reads its file is interrupted. */
class H2InterruptLaws :
    FunSpec({
        test("30 after an interrupt has closed the database, its connections are replaced and the pool keeps working") {
            val folder = tempdir()
            JdbcPool("interrupted") {
                    url = "jdbc:h2:file:$folder/db;CACHE_SIZE=0"
                    maxSize = 3
                    minIdle = 0
                }
                .dataSource
                .use { pool ->
                    pool.connection.use { it.run("create table t (id int primary key, b varchar)") }
                    pool.connection.use {
                        it.run("insert into t select x, repeat('y', 2000) from system_range(1, 4000)")
                    }
                    pool.control().evictAll() // the database closes with its last connection and drops its cache
                    until { check(pool.snapshot().let { it.total + it.closing } == 0) }
                    List(3) { pool.connection }.forEach(Connection::close)
                    val closed = ConcurrentLinkedQueue<String>()
                    pool.control().addListener { if (it is PoolEvent.Closed) closed += it.reason }
                    var failure: SQLException? = null
                    thread {
                            pool.connection.use { connection ->
                                Thread.currentThread().interrupt()
                                failure =
                                    runCatching { connection.ask("select sum(length(b)) from t") }.exceptionOrNull()
                                        as SQLException?
                            }
                        }
                        .join()
                    (failure?.errorCode in setOf(50000, 90028, 90031, 90098)) shouldBe true
                    // Detected by its error, not only because the driver reports afterwards that it is closed.
                    until { closed.first() shouldBe "it broke while it was used" }
                    // One error for each active lease, and none after that.
                    repeat(6) { pool.connection.use { it.ask("select count(*) from t") shouldBe "4000" } }
                }
        }
    })
