package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.logDebug
import dev.rockpool.internal.base.logError
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.Continuation
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.intercepted
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.ThreadContextElement

/**
 * Resumes callers on `Dispatchers.Default`. Other callers are dispatched as usual.
 *
 * **Key idea.** A dispatch from another thread wakes one of the dispatcher's threads. That costs more than the few
 * microseconds of work which follow, and then the thread sleeps again. So a thread that has resumed one caller polls
 * for the next one for a moment and yields in between. While a thread polls, no other one is woken. When callers queue
 * for connections and results come fast, several callers are resumed together ([WakeupBatcher]).
 *
 * **No result is left behind.** A result is queued first, then the flag of the polling thread is read. The polling
 * thread clears the flag first, then looks at the queue once more.
 *
 * **No result waits behind another caller.** A thread stops polling before it runs what it found. If there is more, it
 * wakes another thread.
 *
 * Tested by `ResumeDispatcherLaws`.
 */
internal class ResumeDispatcher(private val crowded: () -> Boolean) : CoroutineDispatcher() {
    private val tasks = ConcurrentLinkedQueue<Runnable>()
    private val contention = Contention()
    private val batcher = WakeupBatcher(contention, { !tasks.isEmpty() }, { call(EmptyCoroutineContext, null) })
    private val looking = AtomicBoolean()
    private val draining = Runnable { drain() }

    /** Resumes a caller on its own dispatcher. */
    fun <T> resume(caller: Continuation<T>, value: T) {
        val context = caller.context
        val interceptor = context[ContinuationInterceptor]
        if (interceptor === Dispatchers.Default) resume(caller, value, this)
        else if (interceptor is CoroutineDispatcher && !interceptor.isDispatchNeeded(context) && context.bindsThreads())
            resume(caller, value, if (interceptor === Dispatchers.Unconfined) Elsewhere else Here)
        else caller.intercepted().resume(value)
    }

    /** The same for a caller that may be cancelled meanwhile. */
    @OptIn(ExperimentalCoroutinesApi::class)
    fun <T> resume(caller: CancellableContinuation<T>, value: T) {
        if (caller.context[ContinuationInterceptor] === Dispatchers.Default)
            dispatch(caller.context) { with(caller) { Dispatchers.Default.resumeUndispatched(value) } }
        else caller.resume(value)
    }

    private fun <T> resume(caller: Continuation<T>, value: T, through: CoroutineDispatcher) =
        through.interceptContinuation(InPlace(caller, caller.context + through)).resume(value)

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        tasks.add(block)
        if (!crowded() || !batcher.batches()) call(context, block)
    }

    /** Wakes a thread, unless one polls already. */
    private fun call(context: CoroutineContext, newest: Runnable?) {
        if (looking.get() || !looking.compareAndSet(false, true)) return
        try {
            Dispatchers.Default.dispatch(context, draining)
        } catch (e: Throwable) { // no thread
            looking.set(false)
            if (tasks.remove(newest)) throw e
        }
    }

    private fun drain() {
        var turns = 0
        do {
            val found = look()
            looking.set(false)
            val task = found ?: tasks.poll() ?: return
            if (!tasks.isEmpty()) call(EmptyCoroutineContext, null)
            runSafely(task)
        } while (++turns < TURNS && looking.compareAndSet(false, true))
        if (turns == TURNS && !tasks.isEmpty()) call(EmptyCoroutineContext, null)
    }

    private fun look(): Runnable? {
        if (batcher.isRunning()) return tasks.poll()
        repeat(LOOKS) {
            tasks.poll()?.let {
                return it
            }
            if (!contention.yieldBriefly()) return tasks.poll()
        }
        return null
    }

    override fun toString(): String = "Dispatchers.Default"

    private companion object {
        /** How often a thread polls before it gives up: a few microseconds, less than a wake-up costs. */
        const val LOOKS = 20

        /** After this many results the thread returns to other work of its dispatcher. */
        const val TURNS = 64
    }
}

/**
 * Resumes callers of `Dispatchers.Unconfined`, which may run anywhere, on a pool thread. The thread that ends a block
 * is not suitable, because values of another coroutine are bound to it.
 */
private object Elsewhere : CoroutineDispatcher() {
    override fun dispatch(context: CoroutineContext, block: Runnable) =
        try {
            PoolThreads.execute(block)
        } catch (e: Throwable) { // no thread
            logDebug(e) { "no thread to resume a caller on" }
            block.run()
        }

    override fun toString(): String = "Dispatchers.Unconfined"
}

/**
 * Resumes callers that are already on their own thread. They run as a task, so that the values they bind are removed
 * again.
 */
private object Here : CoroutineDispatcher() {
    override fun dispatch(context: CoroutineContext, block: Runnable) = block.run()
}

/** Tells whether coroutines with this context bind values to their thread. */
private fun CoroutineContext.bindsThreads() = fold(false) { any, element -> any || element is ThreadContextElement<*> }

/** Logs what the task throws, because no other code would see it. */
internal fun runSafely(task: Runnable) {
    try {
        task.run()
    } catch (e: Throwable) {
        logError(e) { "a coroutine failed where nobody sees it" }
    }
}
