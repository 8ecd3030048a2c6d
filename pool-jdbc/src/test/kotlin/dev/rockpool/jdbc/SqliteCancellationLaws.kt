package dev.rockpool.jdbc

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

/** Coroutines that give up while they wait for the write lock, or while they write. */
class SqliteCancellationLaws :
    FunSpec({
        test("a cancelled coroutine leaves the queue of writers, and those behind it write") {
            withSqlite { _, pool ->
                val first = CompletableDeferred<Throwable>()
                pool.connection.use { writer ->
                    writer.autoCommit = false
                    writer.increment()
                    coroutineScope {
                        val waiting =
                            launch(Dispatchers.Default) {
                                try {
                                    pool.asJdbcPool().withConnection { it.increment() }
                                } catch (e: Throwable) {
                                    first.complete(e)
                                    throw e
                                }
                            }
                        until { pool.snapshot().leased shouldBe 2 }
                        val mine = CancellationException("enough")
                        waiting.cancel(mine)
                        waiting.join()
                        first.await()::class shouldBeSameInstanceAs mine::class
                        val behind = launch(Dispatchers.Default) { pool.asJdbcPool().withConnection { it.increment() } }
                        until { pool.snapshot().leased shouldBe 2 }
                        writer.commit()
                        behind.join()
                    }
                }
                pool.count() shouldBe 2
            }
        }

        test("a long-running statement is interrupted when its coroutine times out") {
            withSqlite { _, pool ->
                val endless =
                    "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n where i < 0"
                withTimeoutOrNull(200.milliseconds) { pool.asJdbcPool().withConnection { it.ask(endless) } } shouldBe
                    null
                pool.connection.use { it.increment() }
                pool.count() shouldBe 1
            }
        }
    })
