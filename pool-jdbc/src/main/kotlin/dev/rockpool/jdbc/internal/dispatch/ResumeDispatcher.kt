package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.internal.engine.PoolThreads
import dev.rockpool.internal.engine.logDebug
import dev.rockpool.internal.engine.logError
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.Continuation
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.intercepted
import kotlin.coroutines.resume
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.ThreadContextElement

/**
 * The way back to callers of `Dispatchers.Default`; others are dispatched as usual.
 *
 * **Key idea.** To dispatch there from another thread wakes one of its threads, which mostly goes to sleep again after
 * a few microseconds of work, and that costs more than the work. So a thread that has brought one back looks for the
 * next one for a moment, letting others run. While one looks, nobody is woken. When callers queue for connections and
 * results come fast, they are brought back a few at a time ([WakeupBatcher]).
 *
 * **No result is left.** It is queued, then it is asked whether somebody looks; whoever looks says that it does not any
 * more, then looks once again. **None waits behind another caller**: before a thread runs what it found it has stopped
 * to look, and if there is more it calls another thread.
 *
 * Attacked by `ReturnsLaws`.
 */
internal class ResumeDispatcher(private val crowded: () -> Boolean) : CoroutineDispatcher() {
    private val tasks = ConcurrentLinkedQueue<Runnable>()
    private val collector = WakeupBatcher({ !tasks.isEmpty() }, { call(EmptyCoroutineContext, null) })
    private val looking = AtomicBoolean()
    private val draining = Runnable { drain() }

    /** Resumes a caller where it belongs. */
    fun <T> resume(caller: Continuation<T>, value: T) {
        val context = caller.context
        val interceptor = context[ContinuationInterceptor]
        if (interceptor === Dispatchers.Default) resume(caller, value, this)
        else if (interceptor is CoroutineDispatcher && !interceptor.isDispatchNeeded(context) && context.bindsThreads())
            resume(caller, value, if (interceptor === Dispatchers.Unconfined) Elsewhere else Here)
        else caller.intercepted().resume(value)
    }

    private fun <T> resume(caller: Continuation<T>, value: T, through: CoroutineDispatcher) =
        through.interceptContinuation(InPlace(caller, caller.context + through)).resume(value)

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        tasks.add(block)
        if (!crowded() || !collector.collects()) call(context, block)
    }

    /** Calls a thread, unless one looks already. */
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
        if (collector.isAtWork()) return tasks.poll()
        repeat(LOOKS) {
            tasks.poll()?.let {
                return it
            }
            Thread.yield()
        }
        return null
    }

    override fun toString(): String = "Dispatchers.Default"

    private companion object {
        /**
         * How often it is looked before somebody has to be called again: some microseconds, less than to wake a thread.
         */
        const val LOOKS = 20

        /** After so many its thread goes back to what else is to be done there. */
        const val TURNS = 64
    }
}

/**
 * Resumes callers of `Dispatchers.Unconfined`, which go on anywhere: on a thread of the pools where nothing of another
 * coroutine is bound, as it is on the one that ends a block.
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

/** Resumes callers that are where they belong: as a task, so that what it binds to the thread is undone. */
private object Here : CoroutineDispatcher() {
    override fun dispatch(context: CoroutineContext, block: Runnable) = block.run()
}

/** Whether coroutines with this context bind something to the thread that they run on. */
private fun CoroutineContext.bindsThreads() = fold(false) { any, element -> any || element is ThreadContextElement<*> }

/** Nobody else would see it. */
internal fun runSafely(task: Runnable) {
    try {
        task.run()
    } catch (e: Throwable) {
        logError(e) { "a coroutine failed where nobody sees it" }
    }
}
