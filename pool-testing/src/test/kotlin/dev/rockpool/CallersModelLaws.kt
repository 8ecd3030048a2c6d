package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.checkNothingLost
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import kotlin.random.Random
import kotlin.random.nextInt
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

/** A random run of callers of several classes against a model of what they may have. The seed decides everything. */
@OptIn(ExperimentalCoroutinesApi::class)
private class CallersRun(private val test: TestScope, seed: Long) {
    /** A class, or the callers without one. [most] is the largest use that its limits have allowed so far. */
    private class Group(val pool: Pool<FakeConnection>, var max: Int, var reserved: Int) {
        var most = max
        var leased = 0
        var latest = -1
        val waiting = ArrayDeque<Int>()
    }

    private val random = Random(seed)
    private val factory = ScriptedFactory()
    private var size = random.nextInt(1..6)

    private val pool: Pool<FakeConnection> =
        Pool(
            "callers",
            factory,
            test.backgroundScope.coroutineContext + StandardTestDispatcher(test.testScheduler),
            test.testScheduler.timeSource,
        ) {
            minIdle = 0
            maxSize = size
            maxConcurrentOpens = random.nextInt(1..4)
            trustWindow = listOf(null, Duration.ZERO, 5.milliseconds)[random.nextInt(3)]
        }
    private val plain = Group(pool, Int.MAX_VALUE, 0)
    private val groups = mutableListOf(plain)
    private val jobs = mutableListOf<Job>()
    private var arrivals = 0
    private var changed = false

    suspend fun run() {
        repeat(random.nextInt(1..3)) { addGroup() }
        repeat(80) {
            act()
            advance(if (random.nextInt(3) == 0) Duration.ZERO else random.nextInt(0..30).milliseconds)
        }
        pool.control.resume()
        advance(20.seconds)
        jobs.forEach { it.join() }
        checkNothingLost(pool, factory)
    }

    private fun act() {
        when (random.nextInt(16)) {
            0 -> jobs.filter { it.isActive }.randomOrNull(random)?.cancel()
            1 -> factory.opens.next(Step.After(random.nextInt(1..40).milliseconds))
            2 -> factory.opens.next(Step.Fail(IllegalStateException("refused")))
            3 -> factory.connections.filterNot { it.isClosed }.randomOrNull(random)?.isBroken = true
            4 -> pool.control.evictAll()
            5 -> if (pool.control.isPaused) pool.control.resume() else if (random.nextInt(3) == 0) pool.control.pause()
            6 -> resize()
            7 -> relimit()
            else -> repeat(random.nextInt(1..3)) { call(groups.random(random)) }
        }
    }

    private fun addGroup() {
        val spare = size - groups.sumOf { it.reserved }
        val max = random.nextInt(1..size + 1)
        val reserved = random.nextInt(0..minOf(max, spare))
        groups += Group(pool.callers("class ${groups.size}", max, reserved), max, reserved)
    }

    private fun relimit() {
        val group = groups.filter { it !== plain }.random(random)
        val spare = size - groups.sumOf { it.reserved } + group.reserved
        group.max = random.nextInt(1..size + 1)
        group.reserved = random.nextInt(0..minOf(group.max, spare))
        group.most = maxOf(group.most, group.max)
        changed = true
        (group.pool as CallerPool<FakeConnection>).limit(group.max, group.reserved)
    }

    private fun resize() {
        val next = random.nextInt(1..6)
        if (next < groups.sumOf { it.reserved }) return
        size = next
        changed = true
        pool.control.reconfigure(pool.config.toBuilder().maxSize(next).build())
    }

    private fun call(group: Group) {
        val number = arrivals++
        val hold = random.nextInt(0..40).milliseconds
        val timeout = if (random.nextInt(4) == 0) random.nextInt(0..30).milliseconds else 10.seconds
        jobs +=
            test.launch {
                val began = test.testScheduler.timeSource.markNow()
                group.waiting += number
                val lease =
                    try {
                        group.pool.acquire(timeout)
                    } catch (_: AcquireTimeoutException) {
                        began.elapsedNow() shouldBe timeout
                        return@launch
                    } finally {
                        group.waiting -= number
                    }
                group.latest = maxOf(group.latest, number)
                group.leased++
                checkLimits(group)
                try {
                    delay(hold)
                } finally {
                    group.leased--
                    if (random.nextInt(8) == 0) lease.evict("at random") else lease.close()
                }
            }
    }

    /** Called when a lease begins. */
    private fun checkLimits(group: Group) {
        withClue("its maximum") { group.leased shouldBeLessThanOrEqualTo group.most }
        if (changed || group.leased <= group.reserved) return
        val kept = groups.sumOf { if (it === group) 0 else maxOf(0, it.reserved - it.leased) }
        if (kept > 0)
            withClue("the reserve of others") { groups.sumOf { it.leased } + kept shouldBeLessThanOrEqualTo size }
    }

    private fun advance(time: Duration) {
        test.testScheduler.runCurrent()
        check()
        test.testScheduler.advanceTimeBy(time)
        test.testScheduler.runCurrent()
        check()
    }

    /**
     * A caller may have been promised a connection before the limits changed. After a smaller size, a class may have
     * its reserve on a connection that is about to close.
     */
    private fun settle(now: PoolStats) {
        if (now.opening + now.probing == 0 && now.total + now.closing <= size) changed = false
    }

    /** Nobody waits who may be served while a connection is idle. A maximum that was lowered holds once it was met. */
    private fun check() {
        for (group in groups) {
            if (group.leased <= group.max) group.most = group.max
            withClue("${group.latest} overtook another of its class") {
                group.waiting.none { it < group.latest } shouldBe true
            }
        }
        val now = pool.snapshot()
        settle(now)
        now.pending shouldBe groups.sumOf { it.waiting.size }
        now.leased shouldBe groups.sumOf { it.leased }
        for (group in groups) if (group !== plain) (group.pool as CallerPool<*>).quota().leased shouldBe group.leased
        if (now.paused || now.idle == 0 || pool.config.trustWindow != null) return
        for (group in groups) {
            val kept = groups.sumOf { if (it === group) 0 else maxOf(0, it.reserved - it.leased) }
            val within = group.leased < group.reserved || kept == 0 || now.leased + kept < size
            withClue("$now: ${group.waiting.size} wait of a class with ${group.leased} of ${group.max}") {
                (group.waiting.isNotEmpty() && group.leased < group.max && within) shouldBe false
            }
        }
    }
}

/** Random runs of classes of callers, against a model. Run one again with `-Drockpool.seed`. */
class CallersModelLaws :
    FunSpec({
        test("168, 169: random callers keep to their quotas and reserves, in order, and none waits in vain") {
            val proof = System.getProperty("rockpool.proof") == "true"
            val only = System.getProperty("rockpool.seed")?.toLong()
            val seeds = if (only != null) only..only else 1L..(if (proof) 5_000L else 50L)
            for (seed in seeds) { // each run takes about 10 ms
                withClue("rerun with -Drockpool.seed=$seed") {
                    runTest(timeout = 60.seconds) { CallersRun(this, seed).run() }
                }
            }
        }
    })
