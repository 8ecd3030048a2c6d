package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.time.Duration.ofMillis
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

private fun Collection<PoolEvent>.nested() = filterIsInstance<PoolEvent.NestedAcquire>()

/** Law 37 of the pool: callers that wait for a connection while they hold one. */
class NestedAcquireLaws :
    FunSpec({
        test("37: a nested acquire with nothing left is reported at once, and its timeout names the holder") {
            poolTest(settings = { maxSize = 1 }) {
                val heard = hear()
                withContext(CoroutineName("report")) {
                    pool.withConnection {
                        val start = timeSource.markNow()
                        val inner = async { shouldThrow<AcquireTimeoutException> { pool.acquire(2.seconds) } }
                        runCurrent()
                        heard.nested().single().connection shouldBe 1
                        heard.nested().single().holder shouldContain "coroutine 'report'"
                        val timeout = inner.await()
                        start.elapsedNow() shouldBe 2.seconds
                        timeout.own.shouldNotBeNull().connection shouldBe 1
                        timeout.message shouldContain
                            "already has a connection: connection 1 held by coroutine 'report'"
                        timeout.message shouldContain "for at least 2s"
                        timeout.message shouldContain
                            "Try: do not acquire a second connection while holding the first, or raise maxSize"
                    }
                }
            }
        }

        test("37: a coroutine that waits while holding a connection is found behind any number of futures") {
            poolTest(settings = { maxSize = 1 }) {
                val heard = hear()
                pool.withConnection {
                    val futures = List(20_000) { BlockingPool.of(pool).acquireAsync() }
                    shouldThrow<AcquireTimeoutException> { pool.acquire(1.seconds) }
                    heard.nested().size shouldBe 1
                    futures.forEach { it.cancel(true) }
                }
            }
        }

        test("37: each nested acquire sends an event, but the log warns at most once a minute, with a count") {
            var told = 0
            val log = logged {
                poolTest(settings = { maxSize = 1 }) {
                    val heard = hear()
                    suspend fun nested() =
                        pool.withConnection { shouldThrow<AcquireTimeoutException> { pool.acquire(1.seconds) } }
                    repeat(3) { nested() }
                    delay(1.minutes)
                    nested()
                    told = heard.nested().size
                }
            }
            val warnings = log.lines().filter { "a caller waits although it has a connection" in it }
            warnings.size shouldBe 2
            warnings[0] shouldNotContain "not logged"
            warnings[1] shouldContain "2 earlier ones were not logged"
            told shouldBe 4
        }

        test("37: there is a warning only once the pool cannot open another connection") {
            val log = logged {
                poolTest(settings = { maxSize = 2 }) {
                    pool.withConnection {
                        pool.withConnection { shouldThrow<AcquireTimeoutException> { pool.acquire(1.seconds) } }
                    }
                }
            }
            log.split("a caller waits although it has a connection").size shouldBe 2
            log shouldContain "all 2 connections are in use"
        }

        test("37: a thread that acquires twice is reported, and its timeout names it") {
            poolTest(settings = { maxSize = 1 }) {
                pool.withConnection {}
                val heard = hear()
                val blocking = BlockingPool.of(pool)
                blocking.acquire().use {
                    val timeout = shouldThrow<AcquireTimeoutException> { blocking.acquire(ofMillis(20)) }
                    timeout.own.shouldNotBeNull().holder shouldContain "thread '"
                }
                runCurrent()
                heard.nested().size shouldBe 1
            }
        }

        test("37: a caller whose parent holds a connection is nested, an unrelated one is not") {
            poolTest(settings = { maxSize = 1 }) {
                val heard = hear()
                val apart = CoroutineScope(coroutineContext + Job())
                val holder = apart.launch { pool.withConnection { coroutineScope { delay(10.seconds) } } }
                runCurrent()
                shouldThrow<AcquireTimeoutException> { pool.acquire(1.seconds) }.own.shouldBeNull()
                heard.nested().shouldBeEmpty()
                holder.join()
                pool.withConnection {
                    coroutineScope {
                        launch {
                            coroutineScope {
                                shouldThrow<AcquireTimeoutException> { pool.acquire(1.seconds) }.own.shouldNotBeNull()
                            }
                        }
                    }
                }
                heard.nested().size shouldBe 1
            }
        }

        test("37: a nested acquire that has to wait is reported even if served; one that does not wait is not") {
            poolTest(settings = { maxSize = 2 }) {
                val heard = hear()
                pool.withConnection { pool.withConnection {} }
                pool.withConnection { pool.withConnection {} } // both are open now
                val before = heard.nested().size
                pool.withConnection { pool.withConnection {} }
                heard.nested().size shouldBe before
            }
        }
    })
