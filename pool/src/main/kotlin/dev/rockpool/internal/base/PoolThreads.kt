package dev.rockpool.internal.base

import java.security.PrivilegedAction
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadFactory
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.delay

/**
 * The daemon threads of all pools of this process. A thread is created on demand and ends after half a minute without
 * work, so that occasional calls need no new thread. Without an open pool, idle threads end at once. Closing the last
 * pool waits for that, so that a server that redeploys an application finds no thread of it.
 *
 * They are separate from `Dispatchers.Default`, because callers may block every thread of it while they wait for a
 * connection that a coroutine of the pool must open. They are separate from `Dispatchers.IO`, because both dispatchers
 * share a scheduler, where idle threads make each dispatch of the callers' own coroutines more expensive.
 */
public object PoolThreads : ThreadFactory {
    private const val IDLE_SECONDS = 30L
    private const val UNUSED_SECONDS = 0L

    /** The longest wait for a thread that hangs in a driver. */
    private val maxJoin = 250.milliseconds
    private val living = ConcurrentHashMap.newKeySet<Thread>()
    private val count = AtomicInteger()
    @Volatile private var pools = 0

    private val all = ThreadPoolExecutor(0, Int.MAX_VALUE, UNUSED_SECONDS, TimeUnit.SECONDS, SynchronousQueue(), this)
    private val dispatcher by lazy { all.asCoroutineDispatcher() }

    internal val keepsIdleFor: Duration
        get() = all.getKeepAliveTime(TimeUnit.SECONDS).seconds

    /** Counts open pools: [more] is 1 or -1. */
    @Synchronized
    internal fun pools(more: Int) {
        pools += more
        all.setKeepAliveTime(if (pools > 0) IDLE_SECONDS else UNUSED_SECONDS, TimeUnit.SECONDS)
    }

    /**
     * Waits briefly until every thread has ended, unless a pool is open. Called after a pool was closed. Returns at
     * once on a pool thread.
     */
    public fun joinUnneeded() {
        val mark = TimeSource.Monotonic.markNow()
        try {
            for (thread in unneeded()) thread.join((maxJoin - mark.elapsedNow()).inWholeMilliseconds.coerceAtLeast(1))
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
        }
    }

    /** Waits like [joinUnneeded], without blocking. */
    public suspend fun awaitUnneeded() {
        val mark = TimeSource.Monotonic.markNow()
        while (unneeded().isNotEmpty() && mark.elapsedNow() < maxJoin) delay(1.milliseconds)
    }

    private fun unneeded(): List<Thread> {
        living.removeIf { it.state == Thread.State.TERMINATED }
        if (pools > 0 || Thread.currentThread() is PoolThread) return emptyList()
        return ArrayList(living) // `toList` fails if another caller removes the only thread meanwhile
    }

    /** Runs a task on a pool thread. */
    public fun execute(task: Runnable): Unit = all.execute(task)

    /** A dispatcher that uses at most this many threads at once. */
    public fun atMost(threads: Int): CoroutineDispatcher = dispatcher.limitedParallelism(threads)

    /**
     * Before Java 24 a thread keeps the classes of all callers on the stack that creates it. `doPrivileged` leaves only
     * this one, so that a shared thread keeps no application that has ended.
     */
    @Suppress("DEPRECATION") // for removal together with what makes it necessary
    override fun newThread(task: Runnable): Thread =
        java.security.AccessController.doPrivileged(PrivilegedAction { create(task) })

    private fun create(task: Runnable) =
        PoolThread(task, "rockpool-${count.incrementAndGet()}").apply {
            isDaemon = true
            contextClassLoader =
                PoolThreads::class.java.classLoader // not the loader of the application that needed the thread first
            living += this
        }
}

/** A thread of [PoolThreads]. It inherits no thread-locals from the thread that first needed it. */
public class PoolThread internal constructor(task: Runnable, name: String) : Thread(null, task, name, 0, false) {
    /** A slot for the code that runs on this thread. It must clear it afterwards. */
    @JvmField public var guest: Any? = null

    /** The job whose code this thread runs now, if known. Only used by this thread. */
    @JvmField public var job: Job? = null
}
