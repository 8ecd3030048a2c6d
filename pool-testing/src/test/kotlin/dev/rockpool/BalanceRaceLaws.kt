package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.Step
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.longs.shouldBeInRange
import java.util.concurrent.CompletableFuture
import kotlin.random.Random
import kotlin.random.nextInt
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext

/** A random run of a balanced pool, whose members are used on their own, too. The seed decides everything. */
@OptIn(ExperimentalCoroutinesApi::class)
private class BalanceRun(private val test: TestScope, seed: Long) {
    private val random = Random(seed)
    private val count = random.nextInt(1..4)
    private val reads =
        Balanced(
            count,
            random,
            Balance.entries.random(random),
            List(count) { random.nextInt(1..4) },
            rampUp = random.nextInt(0..500).milliseconds,
            test = test,
        ) {
            maxSize = random.nextInt(1..3)
            minIdle = random.nextInt(0..1)
            maxConcurrentOpens = random.nextInt(1..3)
            maxPending = if (random.nextInt(8) == 0) 2 else null
            failFastAfter = if (random.nextBoolean()) 500.milliseconds else null
        }
    private val callers = mutableListOf<Job>()
    private val wrong = mutableListOf<String>()
    private val waiting = sortedSetOf<Int>()
    private var calls = 0
    private var failed = 0L
    private var cancelled = 0L

    suspend fun run() {
        repeat(80) {
            act()
            pass(random.nextInt(0..30).milliseconds)
        }
        reads.factories.forEach { it.opens.otherwise = Step.Succeed }
        reads.members.forEach { if (it.control.isPaused) it.control.resume() }
        callers.forEach { it.join() }
        pass(1.minutes)
        wrong.shouldBeEmpty()
        // A caller may be cancelled just when its pool fails it, and nobody asks a cancelled future.
        reads.pool.snapshot().failed shouldBeInRange failed..failed + cancelled
        reads.end()
    }

    private fun act() {
        val member = random.nextInt(count)
        when (random.nextInt(24)) {
            0 -> reads.factories[member].opens.otherwise = Step.Fail(IllegalStateException("refused"))
            1,
            2 -> reads.factories[member].opens.otherwise = Step.Succeed
            3 -> reads.factories[member].opens.next(Step.After(random.nextInt(1..60).milliseconds))
            4 -> reads.members[member].control.evictAll()
            5 -> reads.members[member].control.run { if (isPaused) resume() else pause() }
            6 ->
                callers
                    .filter { it.isActive }
                    .randomOrNull(random)
                    ?.let {
                        cancelled++
                        it.cancel()
                    }
            7 -> call(reads.members[member])
            8 -> future()
            else -> repeat(random.nextInt(1..3)) { call(reads.pool) }
        }
    }

    /** A caller holds a connection for at most 50 ms, or times out at exactly its timeout. */
    private fun call(pool: Pool<*>) {
        val hold = random.nextInt(0..50).milliseconds
        val timeout = random.nextInt(0..400).milliseconds
        val number = calls++
        callers +=
            test.launch {
                val start = test.testScheduler.timeSource.markNow()
                waiting += number
                try {
                    pool.acquire(timeout).use {
                        waiting -= number
                        if (start.elapsedNow() > timeout) wrong += "caller $number was served after its timeout"
                        withContext(NonCancellable) { delay(hold) }
                    }
                } catch (_: AcquireTimeoutException) {
                    if (start.elapsedNow() != timeout) wrong += "caller $number: $timeout, ${start.elapsedNow()}"
                } catch (_: CancellationException) {
                    if (start.elapsedNow() > timeout + hold) wrong += "caller $number was cancelled late"
                } catch (_: ConnectFailedException) {
                    failed++ // by an outage
                } catch (_: PoolException) {
                    // too many callers
                } finally {
                    waiting -= number
                }
            }
    }

    /** A future runs on other threads, so it is only cancelled, at once or never. */
    private fun future() {
        val future: CompletableFuture<out Lease<*>> =
            BlockingPool.of(reads.pool).acquireAsync(java.time.Duration.ofSeconds(1))
        cancelled++
        if (!future.cancel(true) && !future.isCompletedExceptionally) future.join().close()
    }

    private fun pass(time: Duration) {
        test.pass(time)
        reads.members.forEach { it.snapshot().run { (total + closing) shouldBeLessThanOrEqualTo maxSize } }
        withClue("callers that wait: $waiting") { reads.pool.snapshot().pending shouldBeLessThanOrEqualTo waiting.size }
    }
}

/** Random runs of balanced pools. Run one again with `-Drockpool.seed`. */
class BalanceRaceLaws :
    FunSpec({
        test("85: random callers of a balanced pool get one lease each, or time out exactly, and nothing is lost") {
            val proof = System.getProperty("rockpool.proof") == "true"
            val only = System.getProperty("rockpool.seed")?.toLong()
            val seeds = if (only != null) only..only else 1L..(if (proof) 5_000L else 25L)
            for (seed in seeds) { // each run takes about 50 ms
                withClue("rerun with -Drockpool.seed=$seed") {
                    runTest(timeout = 60.seconds) { BalanceRun(this, seed).run() }
                }
            }
        }
    })
