package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.checkNothingLost
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import kotlin.random.Random
import kotlin.random.nextInt
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

/** A random run of several pools that share a budget. The seed decides everything, in virtual time. */
@OptIn(ExperimentalCoroutinesApi::class)
private class BudgetRun(private val test: TestScope, seed: Long) {
    private class Running(val pool: Pool<FakeConnection>, val factory: ScriptedFactory, val guaranteed: Int)

    private val random = Random(seed)
    private var total = random.nextInt(1..8)

    /** The largest total since all pools together were last within the total. */
    private var allowed = total
    private val budget = Budget(total)
    private val running = mutableListOf<Running>()
    private val callers = mutableListOf<Job>()
    private val starved = mutableListOf<String>()
    private var names = 0

    suspend fun run() {
        repeat(random.nextInt(2..4)) { start() }
        repeat(60) {
            act()
            advance(random.nextInt(0..40).milliseconds)
        }
        callers.forEach { it.join() }
        starved.shouldBeEmpty()
        advance(1.minutes)
        running.forEach { checkNothingLost(it.pool, it.factory) }
        budget.taken shouldBe 0
    }

    private suspend fun act() {
        when (random.nextInt(20)) {
            0 -> resize(random.nextInt(1..8))
            1 -> if (running.size < 4) start()
            2 -> running.random(random).pool.control.evictAll()
            3 -> running.random(random).factory.opens.next(Step.Fail(IllegalStateException("refused")))
            4 -> running.random(random).factory.closes.next(Step.After(random.nextInt(1..60).milliseconds))
            5 -> running.random(random).factory.opens.next(Step.After(random.nextInt(1..60).milliseconds))
            6 -> if (running.size > 2 && callers.none { it.isActive }) stop(running.random(random))
            else -> repeat(random.nextInt(1..3)) { call(running.random(random)) }
        }
    }

    private fun start() {
        val spare = total - running.sumOf { it.guaranteed } - 1 // one permit is guaranteed to nobody
        val guaranteed = if (spare > 0) random.nextInt(0..spare) else 0
        val factory = ScriptedFactory()
        val context = test.backgroundScope.coroutineContext + StandardTestDispatcher(test.testScheduler)
        val pool =
            Pool("pool ${names++}", factory, context, test.testScheduler.timeSource) {
                minIdle = random.nextInt(0..1)
                maxSize = random.nextInt(1..6).coerceAtLeast(guaranteed)
                acquireTimeout = null
                maxConcurrentOpens = random.nextInt(1..4)
                budget = this@BudgetRun.budget.share(guaranteed)
            }
        running += Running(pool, factory, guaranteed)
    }

    private suspend fun stop(stopped: Running) {
        running -= stopped
        checkNothingLost(stopped.pool, stopped.factory)
    }

    /** A caller holds a connection for at most 50 ms. There are few enough that each is served within ten seconds. */
    private fun call(member: Running) {
        val hold = random.nextInt(0..50).milliseconds
        val name = member.pool.config.name
        callers +=
            test.launch {
                try {
                    member.pool.withConnection(10.seconds) { delay(hold) }
                } catch (e: AcquireTimeoutException) {
                    starved += "$name: ${e.message}, ${budget.pools}"
                }
            }
    }

    private fun resize(next: Int) {
        if (next <= running.sumOf { it.guaranteed }) return
        budget.resize(next)
        total = next
        allowed = maxOf(allowed, next)
    }

    private fun advance(time: Duration) {
        test.testScheduler.advanceTimeBy(time)
        test.testScheduler.runCurrent()
        val pools = running.map { it.pool.snapshot() }
        val connections = pools.sumOf { it.total + it.closing }
        connections shouldBeLessThanOrEqualTo allowed
        budget.pools.associate { it.pool to it.taken } shouldBe pools.associate { it.name to it.total + it.closing }
        val kept = budget.pools.sumOf { maxOf(it.taken, it.guaranteed) } <= total
        if (connections <= total) allowed = total
        for (member in running) {
            val now = member.pool.snapshot()
            val lacks = now.pending > 0 && now.total + now.closing < minOf(member.guaranteed, now.maxSize)
            withClue("$now below its guarantee") {
                (lacks && kept && budget.pools.any { it.pool == now.name && it.wanted > 0 }) shouldBe false
            }
        }
    }
}

/** Random runs of pools that share a budget. Run one again with `-Drockpool.seed`. */
class BudgetRaceLaws :
    FunSpec({
        test("4.7: random pools keep to the total, get their guarantees, and starve no caller") {
            val proof = System.getProperty("rockpool.proof") == "true"
            val only = System.getProperty("rockpool.seed")?.toLong()
            val seeds = if (only != null) only..only else 1L..(if (proof) 5_000L else 100L)
            for (seed in seeds) { // each run takes about 10 ms
                withClue("rerun with -Drockpool.seed=$seed") {
                    runTest(timeout = 60.seconds) { BudgetRun(this, seed).run() }
                }
            }
        }
    })
