package dev.rockpool.testing.simulation

import kotlin.time.Duration
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.job

/** Tracks the close of the pool, by `close` or by cancelling its parent job, and the bound on its duration. */
internal class CloseTracker(private val simulation: SimulationState) {
    private var forcedFrom = Long.MAX_VALUE

    /** When the pool must be closed. */
    private var deadline = Long.MAX_VALUE

    var isRequested = false
        private set

    /** Whether the pool may abort leases that are still held. */
    val isForced: Boolean
        get() = simulation.clock.now >= forcedFrom

    val isOverdue: Boolean
        get() = simulation.clock.now > deadline

    /** Closes the pool and waits until it is closed. */
    suspend fun close(grace: Duration) {
        requested(grace)
        simulation.pool.close(grace)
        simulation.trace.note { "the pool is closed" }
        checkNothingLeft(currentCoroutineContext().job)
    }

    /** Forces the close by cancelling the pool's parent job. */
    fun force() {
        requested(Duration.ZERO)
        simulation.parent.cancel()
    }

    /** A later request may shorten the grace of the first. */
    private fun requested(grace: Duration) {
        simulation.trace.note { "close requested with grace $grace" }
        isRequested = true
        val until = simulation.clock.now + grace.inWholeMilliseconds
        if (until >= forcedFrom) return
        forcedFrom = until
        val c = simulation.config
        val calls = c.connectTimeout + c.probeTimeout + c.resetTimeout + c.closeTimeout * 3
        deadline = forcedFrom + calls.inWholeMilliseconds
    }

    private fun checkNothingLeft(closer: Job) {
        val end = simulation.pool.snapshot()
        simulation.violations.require(end.total + end.closing == 0 && end.pending == 0) {
            "connections or waiters remain after close: $end"
        }
        simulation.violations.require(simulation.parent.children.none { it !== closer }) {
            "coroutines remain after close"
        }
    }
}
