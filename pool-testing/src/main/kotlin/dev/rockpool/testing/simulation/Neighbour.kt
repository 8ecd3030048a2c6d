package dev.rockpool.testing.simulation

import dev.rockpool.Budget
import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.PoolException
import dev.rockpool.PoolStats
import dev.rockpool.ReturnState
import dev.rockpool.withConnection
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch

/**
 * A second pool that shares a budget with the simulated one. Its callers come and go, its connects may be slow or fail,
 * and the total changes. [BUDGETS] has the laws.
 */
internal class Neighbour(
    private val random: SeededRandom,
    private val trace: Trace,
    context: CoroutineContext,
    time: TimeSource.WithComparableMarks,
) {
    private var total = random.pick(1, 2, 3, 4)
    private val own = if (total > 2) random.below(2) else 0

    /** What the simulated pool is guaranteed. */
    val guaranteed: Int = if (total > 1) random.below(2) else 0
    private val budget = Budget(total)
    private val pool: Pool<Any> =
        Pool("neighbour", Factory(), context, time) {
            maxSize = random.pick(1, 2, 3)
            minIdle = random.below(2)
            acquireTimeout = random.millis(50, 200, 1_000)
            connectTimeout = CONNECT_TIMEOUT.milliseconds
            idleTimeout = random.pick(null, 60.milliseconds, 300.milliseconds)
            statsInterval = random.millis(5, 20, 100)
            budget = this@Neighbour.budget.share(own)
        }

    /** The largest total since all connections were last within it. */
    private var allowed = total

    /** How many permits the simulated pool has, as the budget counts. */
    val takenByOther: Int
        get() = budget.pools.filter { it.pool != pool.config.name }.sumOf { it.taken }

    val taken: Int
        get() = budget.taken

    /** The settings with a share of the budget. */
    fun share(config: PoolConfig): PoolConfig =
        config.toBuilder().apply { budget = this@Neighbour.budget.share(guaranteed) }.build()

    /** The pool at one moment. All laws share one look, because a snapshot is much of the cost of a step. */
    inner class Look {
        private val stats: PoolStats = pool.snapshot()

        /** How many connections count for the budget. */
        val connections: Int = stats.total + stats.closing

        /** Whether it has an idle connection beyond its guarantee and nothing else is under way. */
        val canGive: Boolean
            get() = stats.run { idle > 0 && pending == 0 && opening + closing == 0 && idle + leased > own }

        /** How many connections both pools may have together, while the simulated pool has [others]. */
        fun allowed(others: Int): Int {
            if (connections + others <= total) allowed = total
            return allowed
        }

        /** How many permits the simulated pool could take now, if it has [others] connections. */
        fun free(others: Int): Int {
            if (others < guaranteed) return minOf(guaranteed - others, total - connections - others)
            val kept = maxOf(connections, minOf(own, total)) + maxOf(others, guaranteed)
            return total - kept - maxOf(0, stats.pending)
        }
    }

    /** Starts the callers. Ends when they are done. */
    suspend fun live(scope: CoroutineScope) {
        val callers = List(random.pick(1, 2, 4)) { scope.launch { call() } }
        callers.joinAll()
    }

    suspend fun close() {
        pool.close(Duration.ZERO)
    }

    private suspend fun call() {
        repeat(random.pick(2, 5, 10)) {
            delay(random.millis(0, 5, 20, 60, 200))
            if (random.oneIn(6)) resize()
            try {
                pool.withConnection {
                    trace.note { "the neighbour gets a connection" }
                    delay(random.millis(0, 1, 5, 20, 60))
                }
            } catch (_: PoolException) {
                delay(
                    random.millis(1, 5)
                ) // its callers only compete for permits; the laws are those of the pool itself
            }
        }
    }

    private fun resize() {
        val next = maxOf(own + guaranteed + 1, random.pick(1, 2, 3, 4)) // one permit is guaranteed to nobody
        budget.resize(next)
        total = next
        allowed = maxOf(allowed, next)
    }

    private inner class Factory : ConnectionFactory<Any> {
        override suspend fun open(): Any {
            delay(random.millis(0, 1, 10, 45))
            if (random.oneIn(8)) throw TransientFailure("a connect of the neighbour")
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

        /** A fifth of the seeds. The draw is chosen so that seeds that found faults earlier are not among them. */
        fun isOn(random: SeededRandom): Boolean = random.below(5) == 1
    }
}
