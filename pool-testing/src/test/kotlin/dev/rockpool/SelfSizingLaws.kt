package dev.rockpool

import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.doubles.shouldBeGreaterThanOrEqual
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.random.Random
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.slf4j.event.Level

private const val BEST = 8

/** A server with some cores: the more leases work at once, the longer each takes, and beyond [best] they hinder it. */
private class Server(private val test: PoolTestScope, private val best: Int = BEST, seed: Long = 1) {
    private val random = Random(seed)
    private var active = 0
    var served = 0
        private set

    /** Callers that use connections one after another. */
    fun callers(count: Int): List<Job> =
        List(count) { test.launch { while (true) runCatching { use() }.onFailure { delay(50.milliseconds) } } }

    private suspend fun use() {
        test.pool.withConnection {
            active++
            try {
                delay((workTime() * random.nextDouble(0.8, 1.2)).microseconds)
            } finally {
                active--
            }
            served++
        }
    }

    /** Throughput is active / work time: it rises up to the best size and falls slowly after it. */
    private fun workTime(): Double = 20_000 * (1 + active * active / (best.toDouble() * best))
}

private suspend fun PoolTestScope.loaded(callers: Int = 40, best: Int = BEST, body: suspend (Server) -> Unit) {
    val server = Server(this, best)
    val running = server.callers(callers)
    body(server)
    running.forEach { it.cancel() }
    running.forEach { it.join() }
}

private fun start(size: Int): PoolSettings.() -> Unit = {
    maxSize = size
    minIdle = 0
    acquireTimeout = 10.minutes
}

/** A pool that sizes itself, in virtual time. */
class SelfSizingLaws :
    FunSpec({
        for (size in listOf(1, 30)) {
            test("173 a pool of $size finds the best size of a server within 60 seconds") {
                poolTest(settings = start(size)) {
                    loaded { server ->
                        val sizing = pool.control.autoSize(AutoSize.between(1, 30))
                        advanceTimeBy(60.seconds)
                        sizing.size shouldBeInRange 6..10
                        sizing.close()
                        pool.control.config.maxSize shouldBe sizing.size
                    }
                }
            }
        }

        test("174 it serves 97 % of what the best size serves, trials included") {
            fun served(sizes: AutoSize?, size: Int): Int {
                var all = 0
                poolTest(settings = start(size)) {
                    loaded { server ->
                        if (sizes != null) pool.control.autoSize(sizes)
                        advanceTimeBy(60.seconds)
                        val before = server.served
                        advanceTimeBy(120.seconds)
                        all = server.served - before
                    }
                }
                return all
            }
            served(AutoSize.between(1, 30), 3).toDouble() shouldBeGreaterThanOrEqual 0.97 * served(null, BEST)
        }

        test("172 without waiting callers the size stays") {
            poolTest(settings = start(10)) {
                loaded(callers = 9) {
                    pool.control.autoSize(AutoSize.between(1, 30))
                    repeat(60) {
                        advanceTimeBy(1.seconds)
                        pool.control.config.maxSize shouldBe 10
                    }
                }
            }
        }

        test("171 it stays within its limits, its minIdle and its budget") {
            val budget = Budget(9)
            poolTest(
                settings = {
                    start(4)()
                    minIdle = 3
                    this.budget = budget.share(4)
                }
            ) {
                loaded(best = 20) {
                    pool.control.autoSize(AutoSize.between(2, 30))
                    repeat(60) {
                        advanceTimeBy(1.seconds)
                        pool.control.config.maxSize shouldBeInRange 3..9
                    }
                }
            }
        }

        test("171 a size outside the limits is brought inside at once, and told") {
            poolTest(settings = start(50)) {
                val events = hear()
                val log =
                    logged(Level.INFO) {
                        pool.control.autoSize(AutoSize.between(2, 30))
                        runCurrent()
                    }
                pool.control.config.maxSize shouldBe 30
                events.single().toString() shouldBe "changed its size from 50 to 30: the size may be 2 to 30"
                log shouldContain "pool 'test' changes its size from 50 to 30: the size may be 2 to 30"
            }
        }

        test("a full server lowers the size at once, and is asked for more again after ten minutes") {
            poolTest(ScriptedFactory().apply { places = 6 }, start(5)) {
                loaded(best = 12) {
                    val events = hear()
                    val sizing = pool.control.autoSize(AutoSize.between(2, 30))
                    advanceTimeBy(30.seconds)
                    repeat(100) {
                        advanceTimeBy(100.milliseconds)
                        pool.control.config.maxSize shouldBeLessThanOrEqual 6
                    }
                    sizing.size shouldBe 6
                    factory.places = 40
                    advanceTimeBy(12.minutes)
                    sizing.size shouldBeInRange 9..15
                    events.filterIsInstance<PoolEvent.Resized>().shouldNotBeEmpty()
                }
            }
        }

        test("178 an outage teaches nothing") {
            poolTest(settings = start(20)) {
                loaded {
                    val sizing = pool.control.autoSize(AutoSize.between(1, 30))
                    advanceTimeBy(60.seconds)
                    val before = sizing.size
                    factory.opens.otherwise = Step.Fail(IllegalStateException("refused"))
                    factory.openConnections.forEach { it.isBroken = true }
                    pool.control.evictAll("the server is down")
                    repeat(120) {
                        advanceTimeBy(500.milliseconds)
                        sizing.size shouldBe before
                    }
                    factory.openConnections.shouldBeEmpty()
                    factory.opens.otherwise = Step.Succeed
                    advanceTimeBy(60.seconds)
                    sizing.size shouldBeInRange 6..10
                }
            }
        }

        test("178 a window with a pause or a failed connect is disturbed") {
            val windows = mutableListOf<SizeWindow>()
            class Same : SizingStrategy {
                override fun next(last: SizeWindow): Int = size.also { windows += last }

                override fun getSize() = 8

                override fun getReason() = "it stays"
            }
            poolTest(settings = start(8)) {
                loaded {
                    pool.control.autoSize(AutoSize.between(1, 30).strategy(::Same))
                    fun isDisturbedBy(trouble: () -> Unit): Boolean {
                        advanceTimeBy(5.seconds)
                        windows.clear()
                        trouble()
                        advanceTimeBy(3.seconds)
                        return windows.any { it.isDisturbed }
                    }
                    isDisturbedBy {} shouldBe false
                    isDisturbedBy { pool.control.pause() } shouldBe true
                    pool.control.resume()
                    isDisturbedBy {} shouldBe false
                    isDisturbedBy {
                        factory.opens.next(Step.Fail(IllegalStateException("refused")))
                        pool.control.evict(pool.control.connections().first().number, "to open another")
                    } shouldBe true
                    isDisturbedBy {} shouldBe false
                }
            }
        }

        test("179 a smaller size ends no lease, and a lease that began keeps its connection") {
            poolTest(settings = start(30)) {
                loaded {
                    val long = List(3) { pool.acquire() }
                    val events = hear()
                    pool.control.autoSize(AutoSize.between(1, 30))
                    advanceTimeBy(60.seconds)
                    events.filterIsInstance<PoolEvent.Resized>().any { it.to < it.from } shouldBe true
                    events.filterIsInstance<PoolEvent.Closed>().map { it.kind }.distinct() shouldBe
                        listOf(CloseReason.SHRUNK)
                    for (lease in long) {
                        lease.isActive shouldBe true
                        lease.connection.isClosed shouldBe false
                        lease.close()
                    }
                }
            }
        }

        test("every move is sent and logged with its reason, and trials are not") {
            poolTest(settings = start(2)) {
                loaded {
                    val events = hear()
                    val sizing = pool.control.autoSize(AutoSize.between(1, 30))
                    val log = logged(Level.INFO) { advanceTimeBy(30.seconds) }
                    val moves = events.filterIsInstance<PoolEvent.Resized>()
                    moves.last().to shouldBe sizing.size
                    moves.zipWithNext { one, next -> one.to shouldBe next.from }
                    moves.forEach { it.reason shouldContain "leases per second instead of" }
                    log.lines().filter { "changes its size" in it } shouldHaveSize moves.size
                    events.filterIsInstance<PoolEvent.Reconfigured>().shouldBeEmpty()
                }
            }
        }

        test("a setting that is changed by hand meanwhile is kept, and so is a size") {
            poolTest(settings = start(8)) {
                loaded {
                    val sizing = pool.control.autoSize(AutoSize.between(1, 30))
                    advanceTimeBy(10.seconds)
                    pool.control.reconfigure {
                        maxSize = 25
                        maxPending = 77
                    }
                    advanceTimeBy(1.seconds)
                    sizing.size shouldBe 25
                    advanceTimeBy(60.seconds)
                    pool.control.config.maxPending shouldBe 77
                    sizing.size shouldBeInRange 6..10
                }
            }
        }

        test("a strategy of one's own decides, and one that fails leaves the pool as it is") {
            class Two : SizingStrategy {
                private var decided = 8

                override fun next(last: SizeWindow): Int {
                    if (last.min != 1 || last.max != 30) error("not what was asked for")
                    if (decided == 2) error("no idea")
                    decided = 2
                    return 2
                }

                override fun getSize() = decided

                override fun getReason() = "two is enough"
            }
            poolTest(settings = start(8)) {
                val events = hear()
                val sizing = pool.control.autoSize(AutoSize.between(1, 30).strategy(::Two))
                val log = logged { advanceTimeBy(10.seconds) }
                pool.control.config.maxSize shouldBe 2
                events.map { it.toString() } shouldContain "changed its size from 8 to 2: two is enough"
                log shouldContain "pool 'test' sizes itself no longer"
                sizing.close()
                pool.control.autoSize(AutoSize.between(1, 30)).close()
            }
        }

        test("a pool sizes itself once, and needs room for its idle connections") {
            poolTest(
                settings = {
                    start(8)()
                    minIdle = 5
                }
            ) {
                shouldThrow<InvalidConfigException> { pool.control.autoSize(AutoSize.between(1, 4)) }
                    .message shouldContain "minIdle is 5 but must be at most the greatest size, 4"
                val sizing = pool.control.autoSize(AutoSize.between(1, 30))
                shouldThrow<IllegalStateException> { pool.control.autoSize(AutoSize.between(1, 30)) }.message shouldBe
                    "pool 'test' sizes itself already"
                sizing.close()
                sizing.close()
                pool.control.autoSize(AutoSize.between(1, 30))
            }
        }

        test("limits that cannot be are refused with their values") {
            shouldThrow<IllegalArgumentException> { AutoSize.between(0, 4) }.message shouldBe
                "min is 0 but must be at least 1"
            shouldThrow<IllegalArgumentException> { AutoSize.between(5, 4) }.message shouldBe
                "max is 4 but must be at least min (5)"
            shouldThrow<IllegalArgumentException> { AutoSize.between(1, 4).interval(java.time.Duration.ZERO) }
                .message shouldBe "interval is PT0S but must be at least PT0.01S"
        }
    })
