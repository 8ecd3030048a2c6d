package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import java.sql.Connection
import java.sql.SQLException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import org.h2.jdbc.JdbcConnection

/** Readers of a cluster wait for every member that may serve them, also for one that comes to serve meanwhile. */
class ClusterReaderLaws :
    FunSpec({
        val readOnly = TransactionOptions.defaults().readOnly(true)
        val readers =
            mapOf<String, suspend (JdbcCluster) -> Connection>(
                "a coroutine" to { it.withConnection(Target.PREFER_STANDBY) { c -> c.driver() } },
                "a coroutine's transaction" to { it.transaction(readOnly = true) { c -> c.driver() } },
                "a thread" to { it.dataSource.getConnection(Target.PREFER_STANDBY).use { c -> c.driver() } },
                "a thread's work" to
                    {
                        it.dataSource.withConnection<Connection, SQLException>(Target.PREFER_STANDBY, null) { c ->
                            c.driver()
                        }
                    },
                "a thread's transaction" to
                    {
                        it.dataSource.transaction<Connection, SQLException>(readOnly) { _, c -> c.driver() }
                    },
                "a read-only connection" to
                    {
                        it.dataSource.connection.use { c ->
                            c.isReadOnly = true
                            c.createStatement().close()
                            c.driver()
                        }
                    },
            )

        for ((who, read) in readers) {
            test("$who that waits for the primary is served by a standby that returns") {
                val one = FakeMember("waits-$who".host()).primary(1)
                val two = FakeMember("returns-$who".host()).refusing("no route", "08001")
                use(one, two) { cluster ->
                    val held = cluster.dataSource.getConnection(Target.PRIMARY)
                    coroutineScope {
                        val reader = async(Dispatchers.IO) { read(cluster) }
                        until { check(cluster.snapshot()[0].pending == 1) }
                        two.standby()
                        two.sessions shouldContain reader.await()
                    }
                    held.close()
                    until { cluster.snapshot().forEach { check(it.pending == 0 && it.leased == 0) } }
                }
            }
        }

        test("a reader that waits for a standby is served by another one that comes first") {
            val one = FakeMember("first").primary(1)
            val two = FakeMember("second").standby()
            val three = FakeMember("third").refusing("no route", "08001")
            use(one, two, three) { cluster ->
                until { check(cluster.snapshot().size == 2) }
                val held = cluster.dataSource.getConnection(Target.STANDBY)
                coroutineScope {
                    val reader = async(Dispatchers.IO) { readers.getValue("a coroutine")(cluster) }
                    until { check(cluster.snapshot()[1].pending == 1) }
                    three.standby()
                    three.sessions shouldContain reader.await()
                    val next = cluster.dataSource.getConnection(Target.STANDBY) // the other one is in use
                    three.sessions shouldContain next.driver()
                    next.close()
                }
                held.close()
            }
        }

        test("readers turn away from a standby that owes an answer, before it counts as lost, unless all do") {
            val one = FakeMember("writes").primary(1)
            val two = FakeMember("freezes").standby()
            val three = FakeMember("answers").standby()
            use(one, two, three) { cluster ->
                until { check(cluster.snapshot().size == 3) }
                fun read() = cluster.dataSource.getConnection(Target.STANDBY).use { it.driver() }
                two.freeze()
                try {
                    until { repeat(20) { check(read() in three.sessions) } }
                    cluster.members.map { it.status }.count { it == ClusterMember.Status.STANDBY } shouldBe 2
                    three.freeze()
                    until { List(20) { read() }.let { all -> check(all.any { it in two.sessions }) } }
                } finally {
                    two.thaw()
                    three.thaw()
                }
            }
        }

        test("a nested transaction of a read is a savepoint on its standby, for coroutines and threads") {
            val one = FakeMember("outer").primary(1)
            val two = FakeMember("inner").standby()
            use(one, two) { cluster ->
                until { check(cluster.snapshot().size == 2) }
                cluster.transaction(readOnly = true) { outer ->
                    cluster.transaction { inner -> inner.driver() shouldBe outer.driver() }
                }
                cluster.dataSource.transaction<Unit, SQLException>(readOnly) { _, outer ->
                    cluster.dataSource.transaction<Unit, SQLException> { _, inner ->
                        inner.driver() shouldBe outer.driver()
                    }
                }
            }
        }

        test("the timeout of a reader holds while members come and go") {
            val one = FakeMember("late").primary(1)
            val two = FakeMember("away").refusing("no route", "08001")
            use(one, two) { cluster ->
                val held = cluster.dataSource.getConnection(Target.PRIMARY)
                shouldThrow<AcquireTimeoutException> {
                    cluster.withConnection(Target.PREFER_STANDBY, timeout = 50.milliseconds) {}
                }
                held.close()
            }
        }
    })

private fun String.host() = replace(Regex("[^a-z0-9]+"), "-")

private fun Connection.driver(): Connection = unwrap(JdbcConnection::class.java)

private suspend fun use(vararg members: FakeMember, test: suspend (JdbcCluster) -> Unit) {
    val builder = FakeMember.cluster(*members)
    builder.pools {
        maxSize = 1
        minIdle = 0
        acquireTimeout = 10.seconds
    }
    val cluster = builder.build()
    try {
        until { check(cluster.primary != null) }
        test(cluster)
    } finally {
        cluster.close(kotlin.time.Duration.ZERO)
    }
}
