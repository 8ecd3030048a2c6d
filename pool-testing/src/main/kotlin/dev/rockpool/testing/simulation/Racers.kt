package dev.rockpool.testing.simulation

import dev.rockpool.Balance
import dev.rockpool.BalancedPool
import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.PoolException
import dev.rockpool.PoolStats
import dev.rockpool.ReturnState
import dev.rockpool.internal.balance.BalancedPools
import dev.rockpool.withConnection
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout

/**
 * Two more pools whose callers stand in the queues of both, beside the simulated pool. Callers time out and are
 * cancelled, connects are slow or fail, and one of the pools may close. [RACES] has the laws.
 */
internal class Racers(
    private val random: SeededRandom,
    private val trace: Trace,
    context: CoroutineContext,
    time: TimeSource.WithComparableMarks,
) {
    private val members = List(2) { number -> member(number, context, time) }
    private val both: BalancedPool<Any> =
        BalancedPools.create("both", members, random.of(Balance.entries), emptyList(), null, Duration.ZERO) {
            random.source.nextDouble()
        }
    private val inUse = HashSet<Any>()

    /** How many callers have no connection yet. */
    var waiting: Int = 0
        private set

    /** The connections that callers use. */
    val held: Int
        get() = inUse.size

    /** What went wrong that the counts do not show; null for nothing. */
    var problem: String? = null
        private set

    val stats: List<PoolStats>
        get() = members.map { it.snapshot() }

    val pendingAsOne: Int
        get() = both.snapshot().pending

    private fun member(number: Int, context: CoroutineContext, time: TimeSource.WithComparableMarks): Pool<Any> =
        Pool("race $number", Factory(), context, time) {
            maxSize = random.pick(1, 1, 2)
            minIdle = random.below(2)
            connectTimeout = CONNECT_TIMEOUT.milliseconds
            statsInterval = random.millis(5, 20, 100)
            trustWindow = null
        }

    /** Starts the callers. Ends when they are done. */
    suspend fun live(scope: CoroutineScope) {
        val callers = List(random.pick(2, 3, 5)) { scope.launch { call() } }
        repeat(random.below(3)) {
            delay(random.millis(1, 5, 20, 60))
            random.of(callers).cancel()
        }
        if (random.oneIn(4)) {
            trace.note { "a pool of the racers closes" }
            random.of(members).close(1.seconds)
        }
        callers.joinAll()
    }

    suspend fun close() {
        both.close(Duration.ZERO)
    }

    private suspend fun call() {
        repeat(random.pick(2, 4, 8)) {
            delay(random.millis(0, 0, 1, 5, 20))
            try {
                if (random.oneIn(4)) withTimeout(random.millis(1, 5, 20)) { race() } else race()
            } catch (_: TimeoutCancellationException) {
                trace.note { "a racer gives up" }
            } catch (_: PoolException) {
                delay(random.millis(1, 5))
            }
        }
    }

    private suspend fun race() {
        waiting++
        var isServed = false
        try {
            both.withConnection(random.millis(5, 20, 200)) { connection ->
                isServed = true
                waiting--
                use(connection)
            }
        } finally {
            if (!isServed) waiting--
        }
    }

    private suspend fun use(connection: Any) {
        trace.note { "a racer gets a connection" }
        if (!inUse.add(connection)) problem = "two racers have the same connection"
        try {
            delay(random.millis(0, 1, 5, 20))
        } finally {
            inUse.remove(connection)
        }
    }

    private inner class Factory : ConnectionFactory<Any> {
        override suspend fun open(): Any {
            delay(random.millis(0, 1, 10, 45))
            if (random.oneIn(8)) throw TransientFailure("a connect of the racers")
            return Any()
        }

        override suspend fun close(connection: Any): Unit = delay(random.millis(0, 1, 10))

        override suspend fun probe(connection: Any): Boolean = true

        override fun inspect(connection: Any): ReturnState = ReturnState.CLEAN

        override suspend fun reset(connection: Any): Unit = Unit

        override fun abort(connection: Any): Unit = Unit
    }

    companion object {
        private const val CONNECT_TIMEOUT = 50

        /** An eighth of the seeds. */
        fun isOn(random: SeededRandom): Boolean = random.below(8) == 1
    }
}

/** Laws of callers that wait in several pools: one connection for each, and no place left in the others' queues. */
internal val RACES: List<Invariant> =
    listOf(
        Invariant(Moment.ALWAYS) { simulation.racers?.problem },
        Invariant(Moment.SETTLED) { simulation.racers?.run { violation(stats) } },
    )

private fun Racers.violation(stats: List<PoolStats>): String? {
    val leased = stats.sumOf { it.leased }
    val idle = stats.sumOf { it.idle }
    val places = stats.map { it.pending }
    return when {
        leased != held -> "$leased connections are leased to racers, who have $held"
        places.any { it > waiting } -> "$waiting racers wait, and the queues of their pools have $places"
        pendingAsOne != waiting -> "$waiting racers wait, and their pools count $pendingAsOne"
        waiting > 0 && idle > 0 -> "$waiting racers wait, and $idle connections are idle"
        else -> null
    }
}
