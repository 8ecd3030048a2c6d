package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.internal.base.ActiveFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject

/** What a diagnosis says, and when the pool makes one by itself. */
class DiagnosisLaws :
    FunSpec({
        test("130: each lease is named with its holder and caller, and waiters by caller, the longest wait first") {
            poolTest(settings = { maxSize = 2 }) {
                val holders =
                    List(2) {
                        launch(CoroutineName("job $it") + Caller("report")) {
                            pool.withConnection { delay(10.seconds) }
                        }
                    }
                advanceTimeBy(1.seconds)
                val waiters =
                    List(3) { launch(Caller("checkout")) { pool.acquire(1.minutes).close() } } +
                        launch(CoroutineName("lonely")) { pool.acquire(1.minutes).close() }
                advanceTimeBy(4.seconds)
                with(pool.control.diagnose()) {
                    leases.map { it.caller } shouldBe listOf("report", "report")
                    leases.map { it.holder.substringBefore(" (") }.toSet() shouldBe
                        setOf("coroutine 'job 0'", "coroutine 'job 1'")
                    leases.map { it.held }.toSet() shouldBe setOf(5.seconds)
                    waiting.first().run { "$caller $count $oldest" } shouldBe "checkout 3 4s"
                    waiting.last().caller shouldStartWith "coroutine 'lonely'"
                    verdict shouldBe "2 of 2 leased connections are held for long, the longest for 5s by 'report'"
                    toString() shouldContain "3 waiting: checkout, for up to 4s"
                    Json.parseToJsonElement(toJson()).jsonObject.keys shouldBe
                        setOf("verdict", "advice", "leases", "waiting", "stats")
                }
                (holders + waiters).joinAll()
            }
        }

        test("130: a thread is shown with its name, the name it gave itself and its stack") {
            poolTest(settings = { maxSize = 1 }) {
                val ends = CountDownLatch(1)
                val holds = CountDownLatch(1)
                val blocking = BlockingPool.of(pool)
                pool.withConnection {}
                val importer =
                    thread(name = "importer") {
                        Caller.named("import") {
                            blocking.acquire().use {
                                Caller.named("inner") {}
                                holds.countDown()
                                ends.await()
                            }
                        }
                    }
                holds.await()
                while (importer.state != Thread.State.WAITING) Thread.yield()
                pool.control.diagnose().leases.single().run {
                    holder shouldBe "thread 'importer'"
                    caller shouldBe "import"
                    stack.joinToString() shouldContain "CountDownLatch.await"
                }
                ends.countDown()
                importer.join()
                pool.control.diagnose().leases.shouldBeEmpty()
            }
        }

        test("the verdict names a caller that holds a connection and waits for another") {
            poolTest(settings = { maxSize = 1 }) {
                val stuck = launch(Caller("nested")) { pool.withConnection { runCatching { pool.acquire(5.seconds) } } }
                advanceTimeBy(2.seconds)
                pool.control.diagnose().verdict shouldContain
                    "held by callers that wait for another one, such as 'nested'"
                stuck.join()
            }
        }

        test("a caller that is served during a diagnosis is not taken for a holder that waits") {
            val factory = WatchedFactory()
            val pool = Pool("race", factory) { maxSize = 2 }
            val blocking = BlockingPool.of(pool)
            val first = blocking.acquire()
            val second = blocking.acquire()
            val ends = CountDownLatch(1)
            val served = CountDownLatch(1)
            fun waiter() = thread {
                blocking.acquire().use {
                    served.countDown()
                    ends.await()
                }
            }
            val waiters =
                List(2) { number -> waiter().also { while (pool.snapshot().pending <= number) Thread.yield() } }
            factory.onLook = {
                factory.onLook = {}
                second.close()
                served.await()
            }
            val found = pool.control.diagnose()
            ends.countDown()
            first.close()
            waiters.forEach { it.join() }
            pool.close()
            found.stats.pending shouldBe 1
            found.verdict shouldStartWith "1 caller waits although leases are short"
        }

        test("the verdict names holders that have ended, a pause, a server that is away, and that no caller waits") {
            poolTest(settings = { maxSize = 1 }) {
                pool.control.diagnose().verdict shouldBe "no caller waits: 0 of 1 connections are leased"
                var lost: Lease<*>? = null
                launch { lost = pool.acquire() }.join()
                val waiting = launch { pool.acquire(1.minutes).close() }
                advanceTimeBy(1.seconds)
                pool.control.diagnose().verdict shouldContain "1 of 1 leased connections were never returned"
                pool.control.pause()
                pool.control.diagnose().verdict shouldContain "paused"
                pool.control.resume()
                factory.opens.otherwise = Step.Fail(IllegalStateException("connection refused"))
                lost!!.evict("found")
                advanceTimeBy(1.seconds)
                pool.control.diagnose().verdict shouldContain "connecting fails: connection refused"
                factory.opens.otherwise = Step.Succeed
                waiting.join()
            }
        }

        test("an exhausted pool diagnoses itself once a minute at most, in an event and in the log") {
            val log = logged {
                poolTest(settings = { maxSize = 1 }) {
                    val events = hear()
                    fun diagnoses() = events.filterIsInstance<PoolEvent.Diagnosed>()
                    val held = pool.acquire()
                    runCatching { pool.acquire(5.seconds) }
                    runCurrent()
                    diagnoses() shouldHaveSize 1
                    repeat(10) { runCatching { pool.acquire(5.seconds) } }
                    runCurrent()
                    diagnoses() shouldHaveSize 1
                    repeat(3) { runCatching { pool.acquire(5.seconds) } }
                    runCurrent()
                    diagnoses() shouldHaveSize 2
                    held.close()
                    runCurrent()
                }
            }
            log shouldContain
                "pool 'test' is exhausted: 1 of 1 leased connections are held by callers that wait for another"
            log shouldContain "try: pass the connection on"
        }

        test("the diagnosis after a short wait that timed out says who held the connections, and who waited") {
            val log = logged {
                poolTest(settings = { maxSize = 1 }) {
                    val events = hear()
                    val report = launch(Caller("report")) { pool.withConnection { delay(10.seconds) } }
                    runCurrent()
                    launch(Caller("checkout")) { runCatching { pool.acquire(500.milliseconds) } }.join()
                    runCurrent()
                    with(events.filterIsInstance<PoolEvent.Diagnosed>().single().diagnosis) {
                        verdict shouldBe
                            "1 of 1 leased connections are held for long, the longest for 500ms by 'report'"
                        waiting.single().run { "$caller $count $oldest" } shouldBe "checkout 1 500ms"
                    }
                    pool.control.diagnose().verdict shouldBe "no caller waits: 1 of 1 connections are leased"
                    report.join()
                }
            }
            log shouldNotContain "no caller waits"
        }

        test("a pool whose connections came back during its diagnosis is not called exhausted") {
            val factory = WatchedFactory()
            val log = logged {
                val pool = Pool("race", factory) { maxSize = 1 }
                val blocking = BlockingPool.of(pool)
                val looked = CountDownLatch(1)
                val held = blocking.acquire()
                factory.onLook = {
                    factory.onLook = {}
                    held.close()
                    looked.countDown()
                }
                thread { runCatching { blocking.acquire(50.milliseconds.toJavaDuration()) } }.join()
                looked.await()
                blocking.close()
            }
            log shouldNotContain "is exhausted"
        }

        test("a saturated pool that serves its callers soon is exhausted, but makes no diagnosis") {
            poolTest(settings = { maxSize = 1 }) {
                val events = hear()
                List(4) { launch { repeat(100) { pool.withConnection { delay(10.milliseconds) } } } }.joinAll()
                runCurrent()
                events.filterIsInstance<PoolEvent.Exhausted>() shouldHaveSize 1
                events.filterIsInstance<PoolEvent.Diagnosed>().shouldBeEmpty()
            }
        }
    })

/** Calls back when a diagnosis looks at a connection. */
private class WatchedFactory : ConnectionFactory<Any>, ActiveFactory<Any> {
    @Volatile var onLook: () -> Unit = {}

    override suspend fun open(): Any = Any()

    override suspend fun close(connection: Any) = Unit

    override fun activity(connection: Any): ActiveFactory.Activity {
        onLook()
        return ActiveFactory.Activity(null, null)
    }
}
