package dev.rockpool

import dev.rockpool.PoolTracer.WaitOutcome
import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.IOException
import java.lang.ref.WeakReference
import java.time.Duration as JavaDuration
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext

private val proof = System.getProperty("rockpool.proof") == "true"

/** Remembers each wait and how it ended. */
private class Follower : PoolTracer {
    class Followed(val start: PoolTracer.WaitStart) : PoolTracer.Wait {
        val ends = ConcurrentLinkedQueue<WaitOutcome>()
        @Volatile var connection = -1L
        @Volatile var failure: Throwable? = null

        override fun ended(outcome: WaitOutcome, connection: Long, failure: Throwable?) {
            this.connection = connection
            this.failure = failure
            ends += outcome
        }
    }

    val waits = ConcurrentLinkedQueue<Followed>()
    val probes = ConcurrentLinkedQueue<String>()
    val leases = ConcurrentLinkedQueue<String>()

    override fun waitBegins(start: PoolTracer.WaitStart) = Followed(start).also { waits += it }

    override fun probed(pool: String, connection: Long, took: JavaDuration, failure: Throwable?) {
        probes += "$pool $connection ${failure?.message}"
    }

    override fun leaseEnded(pool: String, connection: Long, held: JavaDuration, caller: String?) {
        leases += "$pool $connection ${held.toMillis()} ms $caller"
    }

    fun outcomes(): List<WaitOutcome> = waits.map { it.ends.single() }
}

private fun PoolTestScope.follow() = Follower().also { pool.control.addTracer(it) }

/** Starts a caller that has reached the queue when this returns. */
private fun PoolTestScope.caller(patience: Duration, hold: Duration = Duration.ZERO): Job =
    launch(start = CoroutineStart.UNDISPATCHED) { runCatching { pool.acquire(patience).use { delay(hold) } } }

/** What a tracer sees of a pool. */
class TracerLaws :
    FunSpec({
        test("134: each wait is traced once, from its begin to its outcome") {
            for (seed in 1L..(if (proof) 2_000L else 40L)) poolTest(
                settings = {
                    maxSize = 2
                    maxPending = 4
                }
            ) {
                val random = Random(seed)
                val follower = follow()
                val callers = ArrayList<Job>()
                repeat(100) {
                    when (random.nextInt(8)) {
                        in 0..4 ->
                            callers += caller((1 + random.nextInt(50)).milliseconds, random.nextInt(30).milliseconds)
                        5 -> callers.randomOrNull(random)?.cancelAndJoin()
                        6 -> factory.opens.next(Step.After(random.nextInt(20).milliseconds))
                        else -> pool.tryAcquire()?.evict("by chance")
                    }
                    advanceTimeBy(random.nextInt(10).milliseconds)
                }
                callers.joinAll()
                withClue("seed $seed") {
                    val outcomes = follower.outcomes().groupingBy { it }.eachCount()
                    val stats = pool.snapshot()
                    outcomes[WaitOutcome.TIMED_OUT] ?: 0 shouldBe stats.timedOut.toInt()
                    outcomes[WaitOutcome.CANCELLED] ?: 0 shouldBe stats.cancelled.toInt()
                    outcomes[WaitOutcome.FAILED] ?: 0 shouldBe stats.rejected.toInt()
                    follower.waits.forEach {
                        (it.connection > 0) shouldBe (it.ends.single() == WaitOutcome.SERVED)
                        (it.failure != null) shouldBe
                            (it.ends.single() in setOf(WaitOutcome.TIMED_OUT, WaitOutcome.FAILED))
                    }
                }
            }
        }

        test("134: a wait knows its caller, its priority and how busy the pool was") {
            poolTest(settings = { maxSize = 1 }) {
                val follower = follow()
                val hog = pool.acquire()
                follower.waits.clear()
                val first = caller(10.seconds)
                val second =
                    launch(Caller("checkout"), CoroutineStart.UNDISPATCHED) {
                        pool.acquire(10.seconds, Priority.HIGH).release()
                    }
                hog.release()
                listOf(first, second).joinAll()
                follower.waits.map { it.start.run { "$pool $caller $priority $pending $leased" } } shouldContainExactly
                    listOf("test null NORMAL 0 1", "test checkout HIGH 1 1")
            }
        }

        test("134: threads and futures are traced too, and a caller that is served at once is not") {
            val follower = Follower()
            val pool = BlockingPool.of(Pool("threads", ScriptedFactory().forPool()) { maxSize = 1 })
            pool.acquire().close()
            pool.control().addTracer(follower)
            pool.acquire().use {
                runCatching { pool.acquire(JavaDuration.ofMillis(5)) }
                pool.acquireAsync().cancel(true)
                runCatching { pool.acquireAsync(JavaDuration.ofMillis(5)).get() }
                val waiting = thread { runCatching { pool.acquire() } }
                while (pool.snapshot().pending == 0) Thread.onSpinWait()
                waiting.interrupt()
                waiting.join()
            }
            pool.acquire().close()
            follower.outcomes() shouldContainExactly
                listOf(WaitOutcome.TIMED_OUT, WaitOutcome.CANCELLED, WaitOutcome.TIMED_OUT, WaitOutcome.CANCELLED)
            val hog = pool.acquire()
            val late = pool.acquireAsync()
            val closing = thread { pool.close() }
            runCatching { late.get() }
            hog.close()
            closing.join()
            follower.waits.last().run {
                ends.single() shouldBe WaitOutcome.FAILED
                failure!!.message shouldContain "closed"
            }
        }

        test("134: a caller that waits in several pools is one wait") {
            runTest {
                val balanced = Balanced(test = this)
                testScheduler.runCurrent()
                val hogs = balanced.holdAll().flatten()
                val follower = Follower()
                balanced.pool.control.addTracer(follower)
                val served = launch { balanced.pool.acquire().release() }
                val cancelled = launch { balanced.pool.acquire() }
                testScheduler.runCurrent()
                cancelled.cancelAndJoin()
                hogs[1].release()
                served.join()
                val again = balanced.members[1].acquire()
                runCatching { balanced.pool.acquire(1.seconds) }
                again.release()
                (hogs - hogs[1]).forEach { it.release() }
                follower.outcomes() shouldContainExactly
                    listOf(WaitOutcome.SERVED, WaitOutcome.CANCELLED, WaitOutcome.TIMED_OUT)
                balanced.end()
            }
        }

        test("134: a tracer that throws disturbs no caller, and one that has left is told nothing") {
            poolTest(settings = { maxSize = 1 }) {
                pool.control.addTracer(
                    object : PoolTracer {
                        override fun waitBegins(start: PoolTracer.WaitStart) = error("a tracer's own fault")
                    }
                )
                pool.control.addTracer(
                    object : PoolTracer {
                        override fun waitBegins(start: PoolTracer.WaitStart) =
                            PoolTracer.Wait { _, _, _ -> error("a tracer's own fault") }
                    }
                )
                val follower = Follower()
                val registration = pool.control.addTracer(follower)
                pool.acquire().release()
                follower.outcomes() shouldContainExactly listOf(WaitOutcome.SERVED)
                registration.close()
                val hog = pool.acquire()
                val waiting = caller(10.seconds)
                hog.release()
                waiting.join()
                follower.waits.size shouldBe 1
            }
        }

        test("134: an ended wait is forgotten, however it ended") {
            poolTest(settings = { maxSize = 1 }) {
                val followed = mutableListOf<WeakReference<PoolTracer.Wait>>()
                pool.control.addTracer(
                    object : PoolTracer {
                        override fun waitBegins(start: PoolTracer.WaitStart): PoolTracer.Wait =
                            Follower.Followed(start).also { followed += WeakReference(it) }
                    }
                )
                val hog = pool.acquire()
                val served = caller(60.seconds)
                val late = caller(1.seconds)
                caller(60.seconds).cancelAndJoin()
                delay(2.seconds)
                hog.release()
                joinAll(served, late)
                followed.size shouldBe 4
                var rounds = 0
                while (followed.any { it.get() != null } && rounds++ < 100) System.gc()
                followed.count { it.get() != null } shouldBe 0
            }
        }

        test("134: the pool's own waits are not traced") {
            poolTest(settings = { maxSize = 2 }) {
                val follower = follow()
                val slow = pool.acquire()
                slow.connection.callUnderWay = 1
                val callers =
                    List(3) {
                        launch(Caller("shop")) { repeat(40) { pool.withConnection { delay(200.milliseconds) } } }
                    }
                callers.joinAll()
                factory.questions.calls shouldBeGreaterThan 0 // the pool has waited to ask
                slow.close()
                follower.waits.drop(1).map { it.start.caller }.distinct() shouldBe listOf("shop")
            }
        }

        test("134: probes and measured leases are traced") {
            poolTest(
                settings = {
                    maxSize = 1
                    trustWindow = 1.seconds
                }
            ) {
                val follower = follow()
                withContext(Caller("checkout")) { pool.acquire().use { delay(30.milliseconds) } }
                delay(5.seconds)
                pool.acquire().release()
                factory.probes.next(Step.Fail(IOException("reset by peer")))
                delay(5.seconds)
                pool.acquire().release()
                follower.probes.toList() shouldContainExactly listOf("test 1 null", "test 1 reset by peer")
                follower.leases.toList() shouldContainExactly
                    listOf("test 1 30 ms checkout", "test 1 0 ms null", "test 2 0 ms null")
            }
        }
    })
