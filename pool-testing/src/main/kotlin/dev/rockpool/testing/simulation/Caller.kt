package dev.rockpool.testing.simulation

import dev.rockpool.LeaseMisuseException
import dev.rockpool.PoolException
import dev.rockpool.Priority
import dev.rockpool.withConnection
import java.util.concurrent.TimeoutException
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch

/** A simulated caller. Each of its operations reports request and outcome to the [Model]. [ACTIONS] combines them. */
internal class Caller(val id: Int, val simulation: SimulationState, val random: SeededRandom) :
    AbstractCoroutineContextElement(Caller) {
    private val model = simulation.model
    private lateinit var job: Job

    /** The pending request, or null. */
    var call: Call? = null

    /** Whether this caller's coroutine, or a timed part of it, may have been cancelled. */
    val isCancelled: Boolean
        get() = job.isCancelled || hasTimeout

    private var hasTimeout = false

    val isDone: Boolean
        get() = job.isCompleted

    fun start(rounds: Int): Caller = apply {
        job =
            simulation.callerScope.launch(this) {
                repeat(rounds) {
                    delay(random.millis(0, 0, 1, 5, 20, 100))
                    if (simulation.peeks.isOn) delay(simulation.peeks.lull(simulation.clock.now))
                    val action = random.weighted(ACTIONS) { it.weight }
                    simulation.trace.note { "${this@Caller}: ${action.name}" }
                    action.play(this@Caller)
                }
            }
    }

    suspend fun join(): Unit = job.join()

    fun cancel() {
        simulation.trace.note { "$this is cancelled" }
        job.cancel()
    }

    /** Acquires a lease. Returns null when the pool refused, after the model accepted the refusal. */
    suspend fun acquire(timeout: Duration? = acquireTimeout()): Held? {
        val call = started(timeout, canWait = true, random.priority())
        return try {
            val lease = simulation.pool.acquire(timeout, call.priority)
            model.served(call, lease.connection, lease)
        } catch (e: PoolException) {
            model.refused(call, e)
            checkStillActive()
            null
        } catch (e: CancellationException) {
            model.cancelled(call)
            throw e
        }
    }

    fun tryAcquire(): Held? {
        val call = started(Duration.ZERO, canWait = false)
        return try {
            val lease = simulation.pool.tryAcquire()
            if (lease == null) null.also { model.nothing(call) } else model.served(call, lease.connection, lease)
        } catch (e: PoolException) {
            model.refused(call, e)
            null
        }
    }

    /** Acquires with a block. Whatever [use] throws must reach the caller unchanged. */
    suspend fun withConnection(timeout: Duration? = acquireTimeout(), use: suspend (Held) -> Unit) {
        val call = started(timeout, canWait = true, random.priority())
        var held: Held? = null
        try {
            simulation.pool.withConnection(timeout, call.priority) { connection ->
                val mine = model.served(call, connection, null).also { held = it }
                try {
                    use(mine)
                } finally {
                    model.returns(mine)
                }
            }
        } catch (e: PoolException) {
            model.refused(call, e)
        } catch (e: CancellationException) {
            if (held == null) model.cancelled(call)
            throw e
        } catch (e: Throwable) { // the reset may have failed
            if (!isResetFailure(e)) throw e
        } finally {
            held?.let(model::ended)
        }
    }

    /** Releases the lease and waits for its reset, if it needs one. */
    suspend fun release(held: Held) {
        val counts = model.returns(held)
        try {
            checkNotNull(held.lease).release()
        } catch (e: Throwable) {
            if (!isResetFailure(e)) throw e
        } finally {
            if (counts) ended(held)
        }
    }

    /** Closes the lease without waiting for a reset. */
    fun close(held: Held) {
        val counts = model.returns(held)
        val lease = checkNotNull(held.lease)
        lease.close()
        if (counts && !model.isOut(held)) ended(held)
    }

    fun evict(held: Held) {
        val counts = model.returns(held)
        val lease = checkNotNull(held.lease)
        val matters = lease.isActive
        lease.evict("the simulation")
        if (matters) model.markIdleStale()
        if (counts) ended(held)
    }

    private fun ended(held: Held) {
        val lease = checkNotNull(held.lease)
        model.ended(held)
        simulation.violations.require(!lease.isActive) { "the lease is still active after it ended: $held" }
        val misused =
            try {
                lease.connection
                false
            } catch (_: LeaseMisuseException) {
                true
            }
        simulation.violations.require(misused) { "an ended lease still returns its connection: $held" }
    }

    /** Runs [block], which may time out by `withTimeout`. */
    suspend fun timed(block: suspend () -> Unit) {
        hasTimeout = true
        try {
            block()
        } finally {
            hasTimeout = false
        }
    }

    /** Draws an acquire timeout. Null means no timeout. */
    fun acquireTimeout(): Duration? =
        when (random.below(8)) {
            0 -> Duration.ZERO
            1 -> null
            2,
            3 -> random.millis(1, 5, 20)
            else -> simulation.config.acquireTimeout
        }

    private fun started(timeout: Duration?, canWait: Boolean, priority: Priority = Priority.NORMAL): Call =
        model.started { number ->
            Call(this, number, simulation.clock.now, timeout, canWait, priority, simulation.engine.isClosed)
        }

    private fun SeededRandom.priority() =
        pick(Priority.NORMAL, Priority.NORMAL, Priority.NORMAL, Priority.LOW, Priority.HIGH)

    private suspend fun checkStillActive() =
        simulation.violations.require(isCancelled || currentCoroutineContext().isActive) {
            "a failed acquire cancelled $this"
        }

    /** Whether [e] is an error that a failed reset may throw to the caller that releases. */
    private fun isResetFailure(e: Throwable) =
        e is TransientFailure || e is DriverError || e is PermanentFailure || e is TimeoutException

    override fun toString(): String = "caller $id"

    companion object Key : CoroutineContext.Key<Caller>
}
