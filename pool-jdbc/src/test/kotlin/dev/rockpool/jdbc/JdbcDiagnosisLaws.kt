package dev.rockpool.jdbc

import dev.rockpool.Caller
import dev.rockpool.PoolEvent
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch

/** Why an exhausted pool of PostgreSQL is exhausted. */
class JdbcDiagnosisLaws :
    FunSpec({
        test("130: at exhaustion each lease is named with its true holder, statement and stack, within a second") {
            val pool =
                postgresPool("diagnosed") {
                    maxSize = 4
                    acquireTimeout = 300.milliseconds
                }
            val source = pool.dataSource
            val events = ConcurrentLinkedQueue<PoolEvent>()
            pool.control.addListener(events::add)
            fun sleeps(text: String) =
                source.connection.use { c -> runCatching { c.createStatement().use { it.execute(text) } } }
            val threads =
                listOf(
                    thread(name = "platform") { Caller.named("import") { sleeps("select pg_sleep(60) -- platform") } },
                    thread(name = "prepared") {
                        source.connection.use { c ->
                            runCatching {
                                c.prepareStatement("select pg_sleep(?) -- prepared").use {
                                    it.setInt(1, 60)
                                    it.execute()
                                }
                            }
                        }
                    },
                    thread(name = "resting") { source.connection.use { runCatching { Thread.sleep(60_000) } } },
                )
            val job =
                CoroutineScope(Dispatchers.Default + CoroutineName("report") + Caller("nightly")).launch {
                    pool.withConnection { c ->
                        c.createStatement().use { it.execute("select pg_sleep(60) -- coroutine") }
                    }
                }
            until { check(pool.control.diagnose().leases.count { it.statement != null } == 3) }
            runCatching { source.connection }.isFailure shouldBe true
            val began = System.nanoTime()
            val diagnosis = pool.control.diagnose()
            (System.nanoTime() - began) shouldBeLessThan 1_000_000_000L
            val leases = diagnosis.leases.associateBy { it.holder.substringBefore(" (") }
            leases.keys shouldBe
                setOf("thread 'platform'", "thread 'prepared'", "thread 'resting'", "coroutine 'report'")
            leases.getValue("thread 'platform'").run {
                statement shouldBe "select pg_sleep(60) -- platform"
                caller shouldBe "import"
                stack.joinToString() shouldContain "JdbcDiagnosisLaws"
            }
            leases.getValue("thread 'prepared'").statement shouldBe "select pg_sleep(?) -- prepared"
            leases.getValue("thread 'resting'").run {
                statement shouldBe null
                isActive shouldBe false
                stack.first() shouldContain "sleep"
            }
            leases.getValue("coroutine 'report'").run {
                statement shouldBe "select pg_sleep(60) -- coroutine"
                caller shouldBe "nightly"
                stack.joinToString() shouldContain "PgStatement"
            }
            until { check(events.any { it is PoolEvent.Diagnosed }) }
            job.cancel()
            threads.forEach { it.interrupt() }
            pool.control.run { diagnose().leases.forEach { evict(it.connection) } }
            pool.close(kotlin.time.Duration.ZERO)
            threads.forEach { it.join() }
            job.join()
        }

        test("130: a virtual thread is named with its statement and stack") {
            val start =
                runCatching { Thread::class.java.getMethod("startVirtualThread", Runnable::class.java) }.getOrNull()
            if (start != null) {
                val pool = postgresPool("virtual") { maxSize = 1 }
                val caller =
                    start.invoke(
                        null,
                        Runnable {
                            Caller.named("virtual") {
                                runCatching {
                                    pool.dataSource.connection.use { c ->
                                        c.createStatement().use { it.execute("select pg_sleep(60)") }
                                    }
                                }
                            }
                        },
                    ) as Thread
                until {
                    // Its stack has room for the statement once the JDK has set up what wakes virtual threads.
                    pool.control.diagnose().leases.single().run {
                        statement shouldBe "select pg_sleep(60)"
                        this.caller shouldBe "virtual"
                        holder shouldStartWith "thread '"
                        stack.joinToString() shouldContain "PgStatement"
                    }
                }
                pool.close(kotlin.time.Duration.ZERO)
                caller.join()
            }
        }
    })
