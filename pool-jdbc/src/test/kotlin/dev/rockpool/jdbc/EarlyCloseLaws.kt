package dev.rockpool.jdbc

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.sql.Connection
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/** A block that closes its connection before it ends, as frameworks do, does not affect the connection's next user. */
class EarlyCloseLaws :
    FunSpec({
        fun Connection.sleep(name: String, seconds: Double) = ask("select /* $name */ 'slept' from pg_sleep($seconds)")

        suspend fun untilSleeping(name: String) = until {
            val query = "query like '%/* $name */%' and query not like '%pg_stat_activity%'"
            Postgres.direct().use {
                it.ask("select count(*) from pg_stat_activity where state = 'active' and $query") shouldBe "1"
            }
        }

        suspend fun withOneConnection(test: suspend (JdbcPool) -> Unit) {
            val pool = postgresPool("early close") { maxSize = 1 }
            try {
                test(pool)
            } finally {
                pool.close()
            }
        }

        for ((place, dispatcher) in listOf("in place" to Dispatchers.IO, "elsewhere" to Dispatchers.Default)) {
            test("the next user's statement is not cancelled with that block: $place") {
                withOneConnection { pool ->
                    coroutineScope {
                        val closed = CompletableDeferred<Unit>()
                        val early =
                            launch(dispatcher) {
                                pool.withConnection { c ->
                                    c.ask("select 1")
                                    c.close()
                                    closed.complete(Unit)
                                    awaitCancellation()
                                }
                            }
                        closed.await()
                        val next =
                            async(Dispatchers.IO) { pool.dataSource.connection.use { it.sleep("next-$place", 2.0) } }
                        untilSleeping("next-$place")
                        early.cancelAndJoin()
                        next.await() shouldBe "slept"
                    }
                }
            }
        }

        test("the next user's statement is cancelled with its own coroutine after that block ended") {
            withOneConnection { pool ->
                coroutineScope {
                    val closed = CompletableDeferred<Unit>()
                    val mayEnd = CompletableDeferred<Unit>()
                    val early =
                        launch(Dispatchers.IO) {
                            pool.withConnection { c ->
                                c.close()
                                closed.complete(Unit)
                                mayEnd.await()
                            }
                        }
                    closed.await()
                    val outcome = CompletableDeferred<Result<String?>>()
                    val next =
                        launch(Dispatchers.IO) {
                            pool.withConnection { c -> outcome.complete(runCatching { c.sleep("own", 30.0) }) }
                        }
                    untilSleeping("own")
                    mayEnd.complete(Unit)
                    early.join()
                    next.cancelAndJoin()
                    outcome.await().isFailure shouldBe true
                }
            }
        }

        test("the next user's statement is not cancelled when the thread of such a block is interrupted") {
            withOneConnection { pool ->
                val closed = CompletableDeferred<Unit>()
                val nextEnded = CountDownLatch(1)
                val early =
                    thread(isDaemon = true) {
                        pool.dataSource.useConnection<Exception> { c ->
                            c.close()
                            closed.complete(Unit)
                            while (nextEnded.count > 0) Thread.onSpinWait() // a wait would clear the interrupt
                        }
                    }
                closed.await()
                val next =
                    CoroutineScope(Dispatchers.IO).async { pool.dataSource.connection.use { it.sleep("thread", 2.0) } }
                try {
                    untilSleeping("thread")
                    early.interrupt()
                    next.await() shouldBe "slept"
                } finally {
                    nextEnded.countDown()
                    early.join()
                }
            }
        }
    })
