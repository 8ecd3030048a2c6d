package dev.rockpool.testing.simulation

import kotlin.time.Duration
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.job

/** The end of the pool: asked for by a close or by cancelling its parent, and then bounded in time. */
internal class Ending(private val world: SimulationState) {
    private var askedAt = -1L
    private var forcedFrom = Long.MAX_VALUE

    /** When the pool must have ended. */
    private var bound = Long.MAX_VALUE

    val isAsked: Boolean
        get() = askedAt >= 0

    /** Whether leases may be taken from their holders. */
    val isForced: Boolean
        get() = world.clock.now >= forcedFrom

    val isOverdue: Boolean
        get() = world.clock.now > bound

    /** Closes the pool, and waits until it has ended. */
    suspend fun close(grace: Duration) {
        asked(grace)
        world.pool.close(grace)
        world.trace.note { "the pool has closed" }
        hasEnded(currentCoroutineContext().job)
    }

    /** Cancels the job that the pool was created in. */
    fun force() {
        asked(Duration.ZERO)
        world.parent.cancel()
    }

    private fun asked(grace: Duration) {
        if (isAsked) return
        world.trace.note { "the pool is to end, with a grace of $grace" }
        askedAt = world.clock.now
        forcedFrom = askedAt + grace.inWholeMilliseconds
        val c = world.config
        val calls = c.connectTimeout + c.probeTimeout + c.resetTimeout + c.closeTimeout * 3
        bound = forcedFrom + calls.inWholeMilliseconds
    }

    private fun hasEnded(witness: Job) {
        val end = world.pool.snapshot()
        world.verdict.require(end.total + end.closing == 0 && end.pending == 0) {
            "something is left after close: $end"
        }
        world.verdict.require(world.parent.children.none { it !== witness }) { "coroutines are left after close" }
    }
}
