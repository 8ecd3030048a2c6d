package dev.rockpool.jdbc.internal

import dev.rockpool.PoolException
import dev.rockpool.Priority
import dev.rockpool.internal.core.Holder
import dev.rockpool.internal.core.Lending
import dev.rockpool.internal.core.Waiter
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.orNever
import java.sql.Connection
import kotlin.time.Duration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch

/**
 * Runs a block on a dispatcher that may block, with a connection: the block travels to the connection.
 *
 * The caller asks for a connection where it is, so it has its place in the queue, and its timeout and its cancellation
 * take effect, however busy the dispatcher is. The block is started on the dispatcher by whoever serves it, with the
 * lease in hand, and ends the lease there. Only the result travels back: an exception too, because one that is thrown
 * across dispatchers may come out as a copy.
 *
 * Attacked by `JdbcPoolLaws`.
 */
internal suspend fun <R> travel(
    engine: Engine<PhysicalConnection>,
    canceller: Canceller,
    dispatcher: CoroutineDispatcher,
    timeout: Duration?,
    priority: Priority,
    block: suspend (Connection) -> R,
): R {
    val caller = currentCoroutineContext()[Job]
    caller?.ensureActive()
    return coroutineScope {
            val trip = Trip<R>(engine, timeout.orNever(), priority, caller)
            val self = JobCaller()
            val run =
                launch(dispatcher + self, CoroutineStart.LAZY) {
                    trip.result = runCatching {
                        canceller.lend(PooledConnection(engine, trip.slot(), trip.ticket()), self) { block(it) }
                    }
                }
            trip.begin(run)
            trip.end.await()
        }
        .getOrThrow()
}

/** A caller whose block is started when it is served. When it is not, the block is cancelled before it began. */
private class Trip<R>(
    private val engine: Engine<PhysicalConnection>,
    private val timeout: Long,
    priority: Priority,
    private val caller: Job?,
) : Waiter<PhysicalConnection>(engine.now(), engine.deadline(engine.now(), timeout), priority) {
    /** Completed after the coroutine of the block has ended, so the caller's scope need not wait for that once more. */
    val end = CompletableDeferred<Result<R>>()

    /** What the block, or the wait for a connection, came to; null when it was cancelled before it began. */
    @Volatile var result: Result<R>? = null

    private lateinit var run: Job

    fun begin(run: Job) {
        this.run = run
        when {
            engine.lending.lendTo(this) -> run.start()
            timeout <= 0 -> fail(engine.impatient(caller))
            else -> {
                val enqueued = engine.enqueue(this)
                if (enqueued != Lending.Enqueued.WAITS) fail(engine.refused(enqueued))
            }
        }
        run.invokeOnCompletion { ended() }
    }

    /** Gives up the place in the queue; or gives the lease back, which does nothing if the block had it. */
    private fun ended() {
        val reached = result
        if (reached != null) {
            end.complete(reached)
        } else if (!engine.cancel(this) && outcome() == Outcome.SERVED) {
            engine.lending.release(slot(), ticket())
        }
    }

    override fun parks() = false

    override fun holder(): Any = caller ?: Holder.UNKNOWN

    override fun wake() {
        when (outcome()) {
            Outcome.SERVED -> {
                engine.lending.served(this)
                run.start()
            }
            Outcome.TIMED_OUT -> fail(engine.timedOut(engine.now() - since(), caller))
            Outcome.FAILED -> fail(engine.failed(failure()))
            Outcome.WAITING,
            Outcome.CANCELLED -> Unit
        }
    }

    private fun fail(error: PoolException) {
        result = Result.failure(error)
        run.cancel()
    }
}
