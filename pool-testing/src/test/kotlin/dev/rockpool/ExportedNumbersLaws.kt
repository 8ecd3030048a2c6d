package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.ScriptedHooks
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch

private val proof = System.getProperty("rockpool.proof") == "true"

/** Everything that an exporter may count, in a fixed order. */
private fun PoolStats.counts(): List<Long> {
    val counters =
        listOf(acquired, opened, openFailed, closed, timedOut, cancelled, rejected, shed, failed, leaked, reclaimed)
    val closes = CloseReason.values().map { closedBy[it] ?: 0 }
    val all = listOf(times.wait, times.open, times.use, times.idle, times.lifetime)
    val sums = all.flatMap { listOf(it.totalCount, it.totalNanos()) }
    return counters + closes + exhaustedForNanos() + sums + all.flatMap { time -> time.buckets.map { it.count } }
}

private fun PoolStats.shouldNotFallBelow(before: List<Long>) {
    val now = counts()
    val fallen = now.indices.filter { now[it] < before[it] }.map { "number $it: ${before[it]} then ${now[it]}" }
    fallen shouldBe emptyList()
}

/** Callers that come, wait, hold and go at random, in virtual time, each at a whole millisecond. */
private class RandomCallers(private val test: PoolTestScope, seed: Long) {
    private val random = Random(seed)
    private val callers = ArrayList<Job>()

    private fun upTo(millis: Int): Duration = random.nextInt(millis).milliseconds

    suspend fun act(operates: Boolean) =
        with(test) {
            when (random.nextInt(if (operates) 12 else 9)) {
                in 0..4 -> repeat(random.nextInt(1, 4)) { callers += caller() }
                in 5..6 -> callers.randomOrNull(random)?.cancelAndJoin()
                7 -> factory.opens.next(Step.After(upTo(20)))
                8 -> pool.tryAcquire()?.evict("by chance")
                9 -> pool.control.resetTimes()
                10 -> pool.control.reconfigure { maxSize = random.nextInt(1, 5) }
                else -> pool.control.evictAll("by chance")
            }
        }

    private fun caller(): Job {
        val patience = upTo(60)
        val hold = upTo(30)
        val breaks = random.nextInt(8) == 0
        return test.launch(start = CoroutineStart.UNDISPATCHED) {
            runCatching {
                test.pool.acquire(patience).use {
                    delay(hold)
                    if (breaks) it.evict("broken")
                }
            }
        }
    }

    suspend fun end() {
        callers.joinAll()
        test.runCurrent()
    }
}

/** The numbers that exporters read: they never fall, and they fit together. */
class ExportedNumbersLaws :
    FunSpec({
        test("121: no count or bucket ever falls, also after resetTimes and a resize") {
            for (seed in 1L..(if (proof) 1_000L else 30L)) poolTest(settings = { maxSize = 3 }) {
                val callers = RandomCallers(this, seed)
                var before = pool.snapshot().counts()
                repeat(80) {
                    callers.act(operates = true)
                    advanceTimeBy(Random(seed + it).nextInt(15).milliseconds)
                    withClue("seed $seed, step $it") { pool.snapshot().shouldNotFallBelow(before) }
                    before = pool.snapshot().counts()
                }
                callers.end()
                withClue("seed $seed") { pool.snapshot().shouldNotFallBelow(before) }
            }
        }

        test("121: no count falls while threads wait, time out and are served") {
            val pool = BlockingPool.of(Pool("threads", ScriptedFactory().forPool()) { maxSize = 2 })
            val ends = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(if (proof) 20_000 else 300)
            val threads =
                List(4) {
                    thread {
                        val patience = it.milliseconds.toJavaDuration()
                        while (System.nanoTime() < ends) runCatching { pool.acquire(patience).use { Thread.yield() } }
                    }
                }
            try {
                var before = pool.snapshot()
                while (System.nanoTime() < ends) {
                    val next = pool.snapshot()
                    next.shouldNotFallBelow(before.counts())
                    before = next
                }
            } finally {
                threads.forEach { it.join() }
                pool.close()
            }
            with(pool.snapshot()) { times.wait.totalCount shouldBe acquired + timedOut }
        }

        test("122: the waits count each caller that was served or timed out, whatever the order") {
            for (seed in 1L..(if (proof) 1_000L else 20L)) poolTest(settings = { maxSize = 2 }) {
                val callers = RandomCallers(this, seed)
                repeat(60) {
                    callers.act(operates = true)
                    advanceTimeBy(Random(seed + it).nextInt(15).milliseconds)
                }
                callers.end()
                val stats = pool.snapshot()
                withClue("seed $seed: $stats, ${stats.times.wait.buckets}") {
                    stats.times.wait.totalCount shouldBe stats.acquired + stats.timedOut
                    stats.times.wait.buckets.last().count shouldBe stats.times.wait.totalCount
                    stats.times.wait.buckets.map { it.count } shouldBe
                        stats.times.wait.buckets.map { it.count }.sorted()
                }
            }
        }

        test("122: each caller counts once, by how it ended, also in outages") {
            for (seed in 1L..(if (proof) 1_000L else 25L)) poolTest(
                settings = {
                    maxSize = 2
                    maxPending = 6
                    failFastAfter = 200.milliseconds
                }
            ) {
                val random = Random(seed)
                val ends = HashMap<String, Long>()
                val callers = ArrayList<Job>()
                repeat(120) {
                    when (random.nextInt(14)) {
                        0 -> factory.opens.otherwise = Step.Fail(IOException("refused"))
                        1 -> factory.opens.otherwise = Step.Succeed
                        2 -> factory.failure = ConnectFailure.entries.random(random)
                        3 -> pool.control.evictAll("by chance")
                    }
                    repeat(random.nextInt(3)) {
                        val patience = random.nextInt(500).milliseconds
                        val hold = random.nextInt(40).milliseconds
                        callers += launch {
                            val failure = runCatching { pool.acquire(patience).use { delay(hold) } }.exceptionOrNull()
                            ends.merge(failure?.javaClass?.simpleName ?: "served", 1, Long::plus)
                        }
                    }
                    advanceTimeBy(random.nextInt(60).milliseconds)
                }
                callers.joinAll()
                val stats = pool.snapshot()
                withClue("seed $seed: $ends") {
                    stats.acquired shouldBe (ends["served"] ?: 0)
                    stats.timedOut shouldBe (ends["AcquireTimeoutException"] ?: 0)
                    stats.rejected shouldBe (ends["PoolExhaustedException"] ?: 0)
                    stats.failed shouldBe (ends["ConnectFailedException"] ?: 0)
                    ends.values.sum() shouldBe callers.size.toLong()
                }
            }
        }

        test("122: callers that a permanent error fails are counted, on threads and in futures") {
            val factory = ScriptedFactory()
            factory.failure = ConnectFailure.PERMANENT
            factory.opens.otherwise = Step.Fail(IOException("28P01"))
            val pool = BlockingPool.of(Pool("refused", factory.forPool()) { minIdle = 0 })
            try {
                shouldThrow<ConnectFailedException> { pool.acquire() }
                shouldThrow<ExecutionException> { pool.acquireAsync().get() }
                    .cause
                    .shouldBeInstanceOf<ConnectFailedException>()
                pool.tryAcquire() shouldBe null
                pool.snapshot().run { listOf(failed, timedOut, acquired) } shouldBe listOf(2L, 0L, 0L)
                (pool.snapshot().openFailed >= 1) shouldBe true
            } finally {
                pool.close()
            }
            runCatching { pool.acquire() }
            pool.snapshot().failed shouldBe 2
        }

        test("122: a caller whose connection could not be prepared is counted") {
            val hooks = ScriptedHooks().apply { beforeLends.otherwise = Step.Fail(IOException("planted")) }
            poolTest(hooks = hooks) {
                shouldThrow<ConnectFailedException> { pool.acquire() }
                pool.snapshot().failed shouldBe 1
            }
        }

        test("122: the buckets of waits have the pool's own timeout as a bound") {
            poolTest(settings = { acquireTimeout = 3.seconds }) {
                pool
                    .snapshot()
                    .times
                    .wait
                    .buckets
                    .map { it.upTo }
                    .filter { it in 1.seconds..5.seconds } shouldContainExactly
                    listOf(1.seconds, 2.5.seconds, 3.seconds, 5.seconds)
            }
        }

        test("131: exhaustion of any length is in exhaustedFor") {
            for (seed in 1L..(if (proof) 1_000L else 30L)) poolTest(settings = { maxSize = 3 }) {
                val callers = RandomCallers(this, seed)
                var expected = 0
                repeat(200) {
                    if (it % 3 == 0) callers.act(operates = false)
                    runCurrent()
                    if (pool.snapshot().run { leased == maxSize && pending > 0 }) expected++
                    advanceTimeBy(1.milliseconds)
                }
                runCurrent()
                withClue("seed $seed") { pool.snapshot().exhaustedFor shouldBe expected.milliseconds }
                callers.end()
            }
        }

        test("131: an exhaustion is reported with its begin and its end, a short one is only counted") {
            poolTest(settings = { maxSize = 1 }) {
                val events = hear()
                val held = pool.acquire()
                val waiting = launch { pool.withConnection {} }
                advanceTimeBy(50.milliseconds)
                held.close()
                waiting.join()
                advanceTimeBy(2.seconds)
                events.filter { it is PoolEvent.Exhausted || it is PoolEvent.ExhaustionEnded } shouldBe emptyList()
                pool.snapshot().exhaustedFor shouldBe 50.milliseconds

                val again = pool.acquire()
                val others = List(2) { launch { pool.acquire(1.minutes).use {} } }
                advanceTimeBy(5.seconds)
                pool.snapshot().oldestWait shouldBe 5.seconds
                again.close()
                others.joinAll()
                advanceTimeBy(2.seconds)
                events
                    .filter { it is PoolEvent.Exhausted || it is PoolEvent.ExhaustionEnded }
                    .map { it.toString() } shouldContainExactly
                    listOf(
                        "exhausted: all 1 connections are leased and 2 callers wait",
                        "no longer exhausted, after 5s",
                    )
            }
        }

        test("131: exhaustion is counted after the pool was made smaller, whichever connections remain") {
            poolTest(settings = { maxSize = 4 }) {
                val leases = List(4) { pool.acquire() }
                pool.control.reconfigure { maxSize = 2 }
                leases.take(2).forEach { it.close() }
                runCurrent()
                val waiting = launch { pool.withConnection {} }
                advanceTimeBy(3.seconds)
                pool.snapshot().exhaustedFor shouldBe 3.seconds
                leases.drop(2).forEach { it.close() }
                waiting.join()
            }
        }

        test("each closed connection has a reason that a program can read") {
            poolTest(
                settings = {
                    maxSize = 2
                    idleTimeout = 10.seconds
                    maxLifetime = 5.minutes
                }
            ) {
                fun closedBy() = pool.snapshot().closedBy
                pool.acquire().evict("it misbehaves")
                runCurrent()
                closedBy() shouldBe mapOf(CloseReason.EVICTED to 1L)
                pool.withConnection {}
                pool.control.clear()
                pool.withConnection {}
                advanceTimeBy(20.seconds)
                closedBy()[CloseReason.IDLE] shouldBe 1
                val held = pool.acquire()
                pool.control.evictAll()
                held.close()
                runCurrent()
                closedBy()[CloseReason.EVICTED] shouldBe 2
                val old = pool.acquire()
                advanceTimeBy(6.minutes)
                old.close()
                runCurrent()
                val two = List(2) { pool.acquire() }
                pool.control.reconfigure { maxSize = 1 }
                runCurrent()
                two.forEach { it.close() }
                runCurrent()
                pool.acquire().use { it.connection.isBroken = true }
                pool.withConnection {}
                factory.connections.last().isBroken = true
                advanceTimeBy(5.seconds)
                runCatching { pool.acquire().close() }
                runCurrent()
                closedBy().keys shouldContainAll
                    listOf(
                        CloseReason.CLEARED,
                        CloseReason.LIFETIME,
                        CloseReason.SHRUNK,
                        CloseReason.BROKEN,
                        CloseReason.DEAD,
                    )
                pool.control.recentlyClosed().first().kind shouldBe CloseReason.DEAD
                pool.snapshot().run { closed shouldBe closedBy.values.sum() }
            }
        }

        test("pausing, evicting and reconfiguring are reported with who did it") {
            poolTest {
                val events = hear()
                pool.control.pause()
                pool.control.pause()
                pool.control.resume()
                pool.control.evictAll("failover")
                pool.control.reconfigure { maxSize = 5 }
                runCurrent()
                val me = "thread '${Thread.currentThread().name}'"
                events.map { it.toString() } shouldContainExactly
                    listOf(
                        "paused by $me",
                        "resumed by $me",
                        "all connections evicted by $me: failover",
                        "reconfigured by $me",
                    )
            }
        }
    })
