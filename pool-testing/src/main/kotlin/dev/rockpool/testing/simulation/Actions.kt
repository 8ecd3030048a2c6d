package dev.rockpool.testing.simulation

import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/** One thing that a caller does. Add new ones to [ACTIONS]; [INVARIANTS] must hold whatever they do. */
internal class Action(val name: String, val weight: Int, val play: suspend Caller.() -> Unit)

internal val ACTIONS: List<Action> =
    listOf(
        Action("acquire and release", 10) { acquire()?.let { using(it) { release(it) } } },
        Action("acquire and close", 6) { acquire()?.let { using(it) { close(it) } } },
        Action("acquire and evict", 2) { acquire()?.let { using(it) { evict(it) } } },
        Action("withConnection", 8) { withConnection { use(it) } },
        Action("withConnection that throws", 3) {
            val thrown = TransientFailure("the block")
            try {
                withConnection {
                    use(it)
                    throw BlockFailure(thrown)
                }
            } catch (e: BlockFailure) {
                simulation.violations.require(e.cause === thrown) { "$this got a different error than its block threw" }
            }
        },
        Action("withTimeout around withConnection", 4) {
            try {
                timed { withTimeout(random.millis(1, 5, 20)) { withConnection { use(it) } } }
            } catch (_: TimeoutCancellationException) {
                simulation.violations.require(simulation.model.held.none { it.call.caller === this }) {
                    "$this still holds a lease after withTimeout"
                }
            }
        },
        Action("tryAcquire", 4) { tryAcquire()?.let { using(it) { close(it) } } },
        Action("nested acquire", 2) {
            acquire()?.let { outer ->
                try {
                    acquire(random.millis(5, 20))?.let { inner -> using(inner) { release(inner) } }
                } finally {
                    release(outer)
                }
            }
        },
        Action("release twice", 3) {
            acquire()?.let { held ->
                using(held) { release(held) }
                delay(random.millis(0, 1, 5))
                if (random.oneIn(2)) close(held) else release(held)
                if (random.oneIn(2)) evict(held)
            }
        },
        Action("acquire after cancelling itself", 1) {
            cancel()
            acquire()
        },
        Action("release around cancelling itself", 2) {
            acquire()?.let { held ->
                using(held) {
                    if (random.oneIn(2)) cancel()
                    release(held)
                    cancel()
                }
            }
        },
    )

/** The exception that a caller's block throws. */
internal class BlockFailure(cause: Throwable) : RuntimeException(null, cause, false, false)

/** Holds the connection for a while, then calls [end], even when cancelled. */
private suspend fun Caller.using(held: Held, end: suspend () -> Unit) {
    try {
        use(held)
    } catch (e: CancellationException) {
        end()
        throw e
    }
    end()
}

/** Uses the connection: may dirty or break it, and may take time. */
private suspend fun Caller.use(held: Held) {
    val connection = held.connection
    when (random.below(12)) {
        0 -> connection.isBroken = true
        in 1..3 -> connection.isDirty = true
    }
    if (connection.isDead) connection.isBroken = true
    when (random.below(4)) {
        0 -> Unit
        1 -> yield()
        else -> delay(random.pick(1, 5, 20, 60).milliseconds)
    }
}
