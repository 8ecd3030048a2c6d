package dev.rockpool.testing.simulation

import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/** One thing that a caller does. To have callers do more, add it here; what it must not break is in [LAWS]. */
internal class Action(val name: String, val weight: Int, val play: suspend Caller.() -> Unit)

internal val ACTIONS: List<Action> =
    listOf(
        Action("acquire and release", 10) { acquire()?.let { using(it) { release(it) } } },
        Action("acquire and close", 6) { acquire()?.let { using(it) { close(it) } } },
        Action("acquire and evict", 2) { acquire()?.let { using(it) { evict(it) } } },
        Action("withConnection", 8) { withConnection { use(it) } },
        Action("withConnection that throws", 3) {
            val thrown = Trouble("the block")
            try {
                withConnection {
                    use(it)
                    throw BlockFailure(thrown)
                }
            } catch (e: BlockFailure) {
                world.verdict.require(e.cause === thrown) { "$this got another error than its block threw" }
            }
        },
        Action("withTimeout around withConnection", 4) {
            try {
                timed { withTimeout(chance.millis(1, 5, 20)) { withConnection { use(it) } } }
            } catch (_: TimeoutCancellationException) {
                world.verdict.require(world.model.held.none { it.call.caller === this }) { "$this still holds" }
            }
        },
        Action("tryAcquire", 4) { tryAcquire()?.let { using(it) { close(it) } } },
        Action("nested acquire", 2) {
            acquire()?.let { outer ->
                try {
                    acquire(chance.millis(5, 20))?.let { inner -> using(inner) { release(inner) } }
                } finally {
                    release(outer)
                }
            }
        },
        Action("release twice", 3) {
            acquire()?.let { held ->
                using(held) { release(held) }
                delay(chance.millis(0, 1, 5))
                if (chance.oneIn(2)) close(held) else release(held)
                if (chance.oneIn(2)) evict(held)
            }
        },
        Action("cancel myself and acquire", 1) {
            cancel()
            acquire()
        },
        Action("release and cancel myself", 2) {
            acquire()?.let { held ->
                using(held) {
                    if (chance.oneIn(2)) cancel()
                    release(held)
                    cancel()
                }
            }
        },
    )

/** What the block of a caller throws. */
internal class BlockFailure(cause: Throwable) : RuntimeException(null, cause, false, false)

/** Holds the connection for a while, then [end]s the lease, also when it is cancelled meanwhile. */
private suspend fun Caller.using(held: Held, end: suspend () -> Unit) {
    try {
        use(held)
    } catch (e: CancellationException) {
        end()
        throw e
    }
    end()
}

/** What users do to a connection. */
private suspend fun Caller.use(held: Held) {
    val connection = held.connection
    when (chance.below(12)) {
        0 -> connection.isBroken = true
        in 1..3 -> connection.isDirty = true
    }
    if (connection.isDead) connection.isBroken = true
    when (chance.below(4)) {
        0 -> Unit
        1 -> yield()
        else -> delay(chance.pick(1, 5, 20, 60).milliseconds)
    }
}
