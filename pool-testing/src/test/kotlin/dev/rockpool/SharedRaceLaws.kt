package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.Step
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.util.IdentityHashMap
import kotlin.random.Random
import kotlin.random.nextInt
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

/** A random run of a shared pool, whose base is used on its own, too. The seed decides everything. */
@OptIn(ExperimentalCoroutinesApi::class)
private class SharedRun(private val test: TestScope, seed: Long) {
    private val random = Random(seed)
    private val streams = random.nextInt(1..4)
    private val carries = IdentityHashMap<FakeConnection, Int>()
    private val shared =
        Shared(
            test,
            streams,
            { carries[it] ?: streams },
            base = {
                maxSize = random.nextInt(1..3)
                maxLifetime = if (random.nextBoolean()) 500.milliseconds else null
                trustWindow = listOf(null, Duration.ZERO, 50.milliseconds).random(random)
                acquireTimeout = 1.seconds
            },
        ) {
            idleTimeout = random.nextInt(20..200).milliseconds
            maxConcurrentOpens = random.nextInt(1..4)
            reusePolicy = ReusePolicy.entries.random(random)
        }
    private val active = IdentityHashMap<FakeConnection, MutableSet<Lease<FakeConnection>>>()
    private val alone = mutableSetOf<Lease<FakeConnection>>()
    private val callers = mutableListOf<Job>()
    private val wrong = mutableListOf<String>()
    var served = 0

    suspend fun run() {
        repeat(100) {
            act()
            test.pass(random.nextInt(0..20).milliseconds)
            check()
        }
        carries.clear()
        shared.factory.opens.otherwise = Step.Succeed
        callers.forEach { it.join() }
        test.pass(1.minutes)
        withClue("carriers without streams") { shared.pool.carriersInUse shouldBe 0 }
        wrong.shouldBeEmpty()
        shared.end()
    }

    private fun act() {
        when (random.nextInt(24)) {
            in 0..4 -> shared.factory.openConnections.randomOrNull(random)?.let(::change)
            in 5..8 -> opens()
            9 -> shared.base.control.evictAll()
            10 -> shared.pool.control.evictAll()
            11,
            12 -> callers.filter { it.isActive }.randomOrNull(random)?.cancel()
            13 -> base()
            in 14..16 -> call { shared.pool.acquireExclusive(it).also { lease -> alone += lease } }
            else -> repeat(random.nextInt(1..4)) { call { shared.pool.acquire(it) } }
        }
    }

    private fun change(connection: FakeConnection) {
        when (random.nextInt(5)) {
            0 -> connection.isBroken = true
            1 -> shared.pool.connectionLost(connection, "lost")
            2 -> connection.isDirty = true
            else -> carry(connection, random.nextInt(0..streams))
        }
    }

    private fun opens() {
        when (random.nextInt(4)) {
            0 -> shared.factory.opens.otherwise = Step.Fail(IllegalStateException("refused"))
            1 -> shared.factory.opens.next(Step.After(random.nextInt(1..60).milliseconds))
            else -> shared.factory.opens.otherwise = Step.Succeed
        }
    }

    private fun carry(connection: FakeConnection, count: Int) {
        carries[connection] = count
        shared.pool.streamsChanged(connection)
    }

    private fun call(acquire: suspend (Duration) -> Lease<FakeConnection>) {
        val hold = random.nextInt(0..60).milliseconds
        val timeout = random.nextInt(0..400).milliseconds
        val how = random.nextInt(12)
        callers +=
            test.launch {
                val start = test.testScheduler.timeSource.markNow()
                try {
                    val lease = acquire(timeout)
                    if (start.elapsedNow() > timeout) wrong += "a caller was served after its timeout"
                    use(lease, hold, how)
                } catch (_: CancellationException) {
                    // its job was cancelled
                } catch (_: PoolException) {
                    // an outage or a timeout
                } catch (e: IllegalStateException) {
                    wrong += e.toString()
                }
            }
    }

    private suspend fun use(lease: Lease<FakeConnection>, hold: Duration, how: Int) {
        val connection = if (lease.isActive) lease.connection else return // died at this moment
        val leases = active.getOrPut(connection) { mutableSetOf() }
        served++
        leases += lease
        val now = leases.count { it.isActive }
        val limit = maxOf(1, carries[connection] ?: streams)
        if (now > limit) wrong += "a stream began on $connection, which carries $limit, as number $now"
        check()
        try {
            delay(hold)
        } finally {
            leases -= lease
            alone -= lease
            when (how) {
                0 -> lease.evict("evicted")
                1,
                2 -> lease.close()
                else -> lease.release()
            }
            if (how == 3) lease.release()
        }
    }

    private fun base() {
        val hold = random.nextInt(0..60).milliseconds
        callers +=
            test.launch {
                try {
                    shared.base.withConnection(100.milliseconds) { delay(hold) }
                } catch (_: PoolException) {
                    // no connection was free in time
                }
            }
    }

    private fun check() {
        for ((connection, leases) in active) {
            val now = leases.filter { it.isActive }
            if (now.size > streams) wrong += "$connection has ${now.size} streams of $streams"
            if (now.size > 1 && now.any { it in alone }) wrong += "$connection is not alone"
            if (now.isNotEmpty() && connection.isClosed) wrong += "$connection is lent although it was closed"
        }
        shared.base.snapshot().run { if (total + closing > maxSize) wrong += "$this" }
    }
}

/** Random runs of shared pools. Run one again with `-Drockpool.seed`. */
class SharedRaceLaws :
    FunSpec({
        test(
            "151: random callers of a shared pool keep within what connections carry, alone or not, and nothing is lost"
        ) {
            val proof = System.getProperty("rockpool.proof") == "true"
            val only = System.getProperty("rockpool.seed")?.toLong()
            val seeds = if (only != null) only..only else 1L..(if (proof) 3_000L else 12L)
            var served = 0
            for (seed in seeds) { // each run takes about 20 ms
                withClue("rerun with -Drockpool.seed=$seed") {
                    runTest(timeout = 60.seconds) { SharedRun(this, seed).run { run().also { served += this.served } } }
                }
            }
            if (only == null) withClue("served in all runs") { (served > seeds.count() * 20) shouldBe true }
        }
    })
