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

/**
 * Somebody who uses the pool: the verbs of a user, each of which tells the model what it asks and what it gets. What
 * callers do with them is in [ACTIONS].
 */
internal class Caller(val id: Int, val world: SimulationState, val chance: SeededRandom) :
    AbstractCoroutineContextElement(Caller) {
    private val model = world.model
    private lateinit var job: Job

    /** The request that has no answer yet. */
    var call: Call? = null

    /** Whether somebody gave its coroutine, or a part of it, up. */
    val isCancelled: Boolean
        get() = job.isCancelled || isTimed

    private var isTimed = false

    val isDone: Boolean
        get() = job.isCompleted

    fun start(rounds: Int): Caller = apply {
        job =
            world.outside.launch(this) {
                repeat(rounds) {
                    delay(chance.millis(0, 0, 1, 5, 20, 100))
                    val action = chance.weighted(ACTIONS) { it.weight }
                    world.trace.note { "${this@Caller}: ${action.name}" }
                    action.play(this@Caller)
                }
            }
    }

    suspend fun join(): Unit = job.join()

    fun cancel() {
        world.trace.note { "$this is cancelled" }
        job.cancel()
    }

    /** Null when the pool had none for it, and was right. */
    suspend fun acquire(timeout: Duration? = patience()): Held? {
        val call = asks(timeout, canWait = true, chance.priority())
        return try {
            val lease = world.pool.acquire(timeout, call.priority)
            model.served(call, lease.connection, lease)
        } catch (e: PoolException) {
            model.refused(call, e)
            stillActive()
            null
        } catch (e: CancellationException) {
            model.cancelled(call)
            throw e
        }
    }

    fun tryAcquire(): Held? {
        val call = asks(Duration.ZERO, canWait = false)
        return try {
            val lease = world.pool.tryAcquire()
            if (lease == null) null.also { model.nothing(call) } else model.served(call, lease.connection, lease)
        } catch (e: PoolException) {
            model.refused(call, e)
            null
        }
    }

    /** The same through a block; whatever [use] throws must come out as it was. */
    suspend fun withConnection(timeout: Duration? = patience(), use: suspend (Held) -> Unit) {
        val call = asks(timeout, canWait = true, chance.priority())
        var held: Held? = null
        try {
            world.pool.withConnection(timeout, call.priority) { connection ->
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
        } catch (e: Throwable) { // a reset that failed
            if (!isOfReset(e)) throw e
        } finally {
            held?.let(model::ended)
        }
    }

    /** Ends the lease, waiting for a reset if it needs one. */
    suspend fun release(held: Held) {
        val counts = model.returns(held)
        try {
            checkNotNull(held.lease).release()
        } catch (e: Throwable) {
            if (!isOfReset(e)) throw e
        } finally {
            if (counts) ended(held)
        }
    }

    /** Ends the lease without waiting. */
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
        if (matters) model.doubted()
        if (counts) ended(held)
    }

    private fun ended(held: Held) {
        val lease = checkNotNull(held.lease)
        model.ended(held)
        world.verdict.require(!lease.isActive) { "the lease goes on after its end: $held" }
        val misused =
            try {
                lease.connection
                false
            } catch (_: LeaseMisuseException) {
                true
            }
        world.verdict.require(misused) { "an ended lease gives out its connection: $held" }
    }

    /** Runs [block], and gives it up after a time as `withTimeout` does. */
    suspend fun timed(block: suspend () -> Unit) {
        isTimed = true
        try {
            block()
        } finally {
            isTimed = false
        }
    }

    /** How long this caller is willing to wait. */
    fun patience(): Duration? =
        when (chance.below(8)) {
            0 -> Duration.ZERO
            1 -> null
            2,
            3 -> chance.millis(1, 5, 20)
            else -> world.config.acquireTimeout
        }

    private fun asks(timeout: Duration?, canWait: Boolean, priority: Priority = Priority.NORMAL): Call =
        model.asks { number -> Call(this, number, world.clock.now, timeout, canWait, priority, world.engine.isClosed) }

    private fun SeededRandom.priority() =
        pick(Priority.NORMAL, Priority.NORMAL, Priority.NORMAL, Priority.LOW, Priority.HIGH)

    private suspend fun stillActive() =
        world.verdict.require(isCancelled || currentCoroutineContext().isActive) { "a refusal cancelled $this" }

    /** What a reset may throw at whoever waits for it. */
    private fun isOfReset(e: Throwable) = e is Trouble || e is DriverError || e is Refusal || e is TimeoutException

    override fun toString(): String = "caller $id"

    companion object Key : CoroutineContext.Key<Caller>
}
