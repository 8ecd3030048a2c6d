package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

private typealias Change = PoolSettings.() -> Unit

/**
 * A setting, and a check that shows its value.
 *
 * @property common the other settings
 * @property shows returns false with the value of [before], true with that of [after]
 */
private class Setting(
    val name: String,
    val before: Change,
    val after: Change,
    val common: Change = {},
    val shows: suspend PoolTestScope.() -> Boolean,
)

/** Whether the condition becomes true within two seconds of the pool's time. */
private fun PoolTestScope.isSoon(condition: () -> Boolean): Boolean {
    repeat(20) {
        advanceTimeBy(100.milliseconds)
        if (condition()) return true
    }
    return false
}

/** Like the above, but makes the condition true afterwards, so that nothing is left behind. */
private fun PoolTestScope.isLate(condition: () -> Boolean): Boolean {
    if (isSoon(condition)) return false
    repeat(10) { if (isSoon(condition)) return true }
    error("not even late")
}

/** Callers that wait without a timeout and release what they get. */
private fun PoolTestScope.callers(count: Int, hold: Duration = Duration.ZERO) =
    List(count) { launch { runCatching { pool.withConnection { delay(hold) } } } }

private val SHORT = 1.seconds
private val LONG = 5.seconds
private val BUDGET = Budget(9)
private val failing = Step.Fail(IllegalStateException("refused"))

private val SETTINGS: List<Setting> =
    listOf(
        Setting("maxSize", { maxSize = 2 }, { maxSize = 3 }) {
            val callers = callers(3, hold = 10.seconds)
            advanceTimeBy(1.seconds)
            (pool.snapshot().leased == 3).also { callers.forEach { it.join() } }
        },
        Setting("minIdle", { minIdle = 1 }, { minIdle = 3 }) {
            pool.control.evictAll()
            advanceTimeBy(1.seconds)
            pool.snapshot().idle == 3
        },
        Setting("acquireTimeout", { acquireTimeout = SHORT }, { acquireTimeout = LONG }, { maxSize = 1 }) {
            val held = pool.acquire()
            val waiting = async { runCatching { pool.acquire() } }
            isLate { waiting.isCompleted }.also { held.close() }
        },
        Setting("connectTimeout", { connectTimeout = SHORT }, { connectTimeout = LONG }) {
            pool.control.evictAll()
            factory.opens.otherwise = Step.Hang
            val callers = callers(1)
            val failed = pool.snapshot().openFailed
            isLate { pool.snapshot().openFailed > failed }
                .also {
                    factory.opens.otherwise = Step.Succeed
                    callers.forEach { it.join() }
                }
        },
        Setting("probeTimeout", { probeTimeout = SHORT }, { probeTimeout = LONG }) {
            advanceTimeBy(1.minutes)
            factory.probes.next(Step.Hang)
            val idle = factory.openConnections.single()
            val callers = callers(1)
            isLate { idle.isClosed }.also { callers.forEach { it.join() } }
        },
        Setting("resetTimeout", { resetTimeout = SHORT }, { resetTimeout = LONG }) {
            factory.resets.next(Step.Hang)
            val lease = pool.acquire()
            val connection = lease.connection
            connection.isDirty = true
            lease.close()
            isLate { connection.isClosed }
        },
        Setting("closeTimeout", { closeTimeout = SHORT }, { closeTimeout = LONG }) {
            val hangs = Step.Block()
            factory.closes.next(hangs)
            pool.withConnection { it.isBroken = true }
            isLate { pool.snapshot().closing == 0 }.also { hangs.finish() }
        },
        Setting("trustWindow", { trustWindow = SHORT }, { trustWindow = 1.minutes }) {
            advanceTimeBy(10.seconds)
            pool.withConnection { it.probeCount == 0 }
        },
        Setting("probeOnReturn", { probeOnReturn = false }, { probeOnReturn = true }) {
            val probes = factory.probes.calls
            pool.withConnection {}
            runCurrent()
            factory.probes.calls > probes
        },
        Setting("idleTimeout", { idleTimeout = 10.seconds }, { idleTimeout = 1.minutes }) {
            advanceTimeBy(30.seconds)
            pool.snapshot().idle == 1
        },
        Setting("maxLifetime", { maxLifetime = 10.seconds }, { maxLifetime = 10.minutes }) {
            pool.control.evictAll()
            runCurrent()
            pool.withConnection {}
            advanceTimeBy(30.seconds)
            pool.snapshot().idle == 1
        },
        Setting("keepaliveInterval", { keepaliveInterval = 10.seconds }, { keepaliveInterval = 1.minutes }) {
            advanceTimeBy(30.seconds)
            factory.probes.calls == 0
        },
        Setting("maxConcurrentOpens", { maxConcurrentOpens = 1 }, { maxConcurrentOpens = 3 }) {
            pool.control.evictAll()
            runCurrent()
            factory.opens.otherwise = Step.After(500.milliseconds)
            val callers = callers(3)
            advanceTimeBy(10.milliseconds)
            (pool.snapshot().opening == 3).also { callers.forEach { it.join() } }
        },
        Setting("maxPending", { maxPending = 1 }, { maxPending = 2 }, { maxSize = 1 }) {
            val held = pool.acquire()
            val callers = callers(3)
            runCurrent()
            (pool.snapshot().pending == 2).also {
                held.close()
                callers.forEach { it.join() }
            }
        },
        Setting("backoff", { backoff = Backoff.Fixed(1.seconds) }, { backoff = Backoff.Fixed(20.seconds) }) {
            factory.opens.otherwise = failing
            pool.control.evictAll()
            pool.control.reconfigure { minIdle = 1 }
            advanceTimeBy(1.minutes)
            (pool.snapshot().openFailed < 10).also { factory.opens.otherwise = Step.Succeed }
        },
        Setting("failFastAfter", { failFastAfter = SHORT }, { failFastAfter = LONG }) {
            factory.opens.otherwise = failing
            pool.control.evictAll()
            val waiting = async { runCatching { pool.acquire() } }
            isLate { waiting.isCompleted }
        },
        Setting("overload", { overload = null }, { overload = OverloadControl(10.milliseconds) }, { maxSize = 1 }) {
            val held = pool.acquire()
            val callers = callers(2)
            advanceTimeBy(10.seconds)
            (pool.snapshot().shed > 0).also {
                held.close()
                callers.forEach { it.join() }
            }
        },
        Setting("leakThreshold", { leakThreshold = null }, { leakThreshold = LONG }) {
            val held = pool.acquire()
            advanceTimeBy(20.seconds)
            (pool.snapshot().leaked > 0).also { held.close() }
        },
        Setting("reclaimLeaks", { reclaimLeaks = false }, { reclaimLeaks = true }, { leakThreshold = SHORT }) {
            val forgotten = async { pool.acquire() }.await() // the holder has ended
            advanceTimeBy(20.seconds)
            (pool.snapshot().reclaimed > 0).also { forgotten.close() }
        },
        Setting("leakStackTraces", { leakStackTraces = false }, { leakStackTraces = true }, { leakThreshold = LONG }) {
            val held = pool.acquire()
            val log = logged { advanceTimeBy(20.seconds) }
            held.close()
            "ReconfigureLaws" in log
        },
        Setting("stuckCallTimeout", { stuckCallTimeout = null }, { stuckCallTimeout = LONG }) {
            val held = pool.acquire()
            held.connection.callUnderWay = 1
            advanceTimeBy(20.seconds)
            (factory.questions.calls > 0).also { held.close() }
        },
        Setting("bargingWindow", { bargingWindow = Duration.ZERO }, { bargingWindow = 1.hours }, { maxSize = 1 }) {
            (1..50).any { isPassed() }
        },
        Setting("reusePolicy", { reusePolicy = ReusePolicy.LIFO }, { reusePolicy = ReusePolicy.FIFO }) {
            val leases = List(3) { pool.acquire() }
            val first = leases.first().connection
            leases.forEach { it.close() }
            pool.withConnection { it === first }
        },
        Setting("budget", { budget = BUDGET.share() }, { budget = BUDGET.share(2) }) {
            BUDGET.pools.single().guaranteed == 2
        },
        Setting("statsInterval", { statsInterval = 1.seconds }, { statsInterval = 20.seconds }) {
            val published = mutableSetOf<PoolStats>()
            val collector = launch { pool.stats.collect { published += it } }
            repeat(600) {
                pool.withConnection {}
                advanceTimeBy(100.milliseconds)
            }
            collector.cancel()
            published.size < 10
        },
    )

/** A newcomer arrives just as a connection is returned for which a parked thread waits. Which of them gets it? */
private suspend fun PoolTestScope.isPassed(): Boolean {
    val held = pool.acquire()
    val tried = CountDownLatch(1)
    val waiting = thread { BlockingPool.of(pool).acquire(java.time.Duration.ofMinutes(1)).use { tried.await() } }
    // A thread that is published but not yet parked would see the connection before the newcomer does.
    while (waiting.state != Thread.State.TIMED_WAITING) Thread.onSpinWait()
    held.close()
    val newcomer = pool.tryAcquire()
    newcomer?.close()
    tried.countDown()
    while (waiting.isAlive) runCurrent()
    return newcomer != null
}

/**
 * Every setting can change while the pool runs. Afterwards the pool behaves as if it had the new value from the start.
 */
class ReconfigureLaws :
    FunSpec({
        fun shown(setting: Setting, first: Change, then: Change?): Boolean {
            var shown = false
            poolTest(
                settings = {
                    maxSize = 4
                    acquireTimeout = 1.hours
                    idleTimeout = null
                    keepaliveInterval = null
                    setting.common(this)
                    first()
                }
            ) {
                pool.withConnection {}
                advanceTimeBy(500.milliseconds)
                if (then != null) pool.control.reconfigure(then)
                runCurrent()
                shown = setting.shows(this)
                factory.opens.otherwise = Step.Succeed
                runCurrent()
            }
            return shown
        }

        test("each setting that can change has a test here") {
            val all = PoolSettings::class.java.methods.filter { it.name.startsWith("set") }
            val names = all.map { it.name.substringBefore("-").removePrefix("set").replaceFirstChar(Char::lowercase) }
            SETTINGS.map { it.name }.sorted() shouldBe (names - "name").sorted()
        }

        for (setting in SETTINGS) {
            test("${setting.name} takes effect when changed while the pool runs") {
                shown(setting, setting.before, null) shouldBe false
                shown(setting, setting.after, null) shouldBe true
                shown(setting, setting.before, setting.after) shouldBe true
                shown(setting, setting.after, setting.before) shouldBe false
            }
        }
    })
