package dev.rockpool.internal.base

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.SynchronousQueue
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
 * The threads of all pools of this process: daemons, made when one is needed and ended when they were idle for half a
 * minute, so that calls that come now and then need not wait for one to be made; at once when no pool is open. Whoever
 * closes the last pool waits for their end, so that a server that redeploys an application finds no thread of it.
 *
 * Apart from `Dispatchers.Default`, because callers may block every thread of that one while they wait for the
 * connection that a coroutine of the pool is to open; and from `Dispatchers.IO`, because both have one scheduler, in
 * which idle threads make each dispatch of the callers' own coroutines dearer.
 */
public object PoolThreads {
    private const val IDLE_SECONDS = 30L
    private const val UNUSED_SECONDS = 0L

    /** One that hangs in a driver is not waited for any longer. */
    private val patience = 250.milliseconds
    private val living = ConcurrentHashMap.newKeySet<Thread>()
    private val count = AtomicInteger()
    @Volatile private var pools = 0

    private val all =
        ThreadPoolExecutor(0, Int.MAX_VALUE, UNUSED_SECONDS, TimeUnit.SECONDS, SynchronousQueue(), ::thread)
    private val dispatcher = all.asCoroutineDispatcher()

    internal val keepsIdleFor: Duration
        get() = all.getKeepAliveTime(TimeUnit.SECONDS).seconds

    /** One more pool, or, with -1, one less. */
    @Synchronized
    internal fun pools(more: Int) {
        pools += more
        all.setKeepAliveTime(if (pools > 0) IDLE_SECONDS else UNUSED_SECONDS, TimeUnit.SECONDS)
    }

    /**
     * Waits a moment until every thread has ended, unless a pool is open. Called after a pool was closed; returns at
     * once on a thread of the pools.
     */
    public fun joinUnneeded() {
        val mark = TimeSource.Monotonic.markNow()
        try {
            for (thread in unneeded()) thread.join((patience - mark.elapsedNow()).inWholeMilliseconds.coerceAtLeast(1))
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
        }
    }

    /** The same without blocking. */
    public suspend fun awaitUnneeded() {
        val mark = TimeSource.Monotonic.markNow()
        while (unneeded().isNotEmpty() && mark.elapsedNow() < patience) delay(1.milliseconds)
    }

    private fun unneeded(): List<Thread> {
        living.removeIf { it.state == Thread.State.TERMINATED }
        return if (pools > 0 || Thread.currentThread() is PoolThread) emptyList() else living.toList()
    }

    /** Runs it on one of them. */
    public fun execute(task: Runnable): Unit = all.execute(task)

    /** A dispatcher with this many of them at the same time. */
    public fun atMost(threads: Int): CoroutineDispatcher = dispatcher.limitedParallelism(threads)

    private fun thread(task: Runnable) =
        PoolThread(task, "rockpool-${count.incrementAndGet()}").apply {
            isDaemon = true
            contextClassLoader = PoolThreads::class.java.classLoader // not that of the application that came first
            living += this
        }
}

/** One of [PoolThreads]; it inherits no thread-locals of whoever happened to need it first. */
public class PoolThread internal constructor(task: Runnable, name: String) : Thread(null, task, name, 0, false) {
    /** Whatever runs on this thread now may leave itself here, for itself; and must take itself away. */
    @JvmField public var guest: Any? = null

    /** The job whose code this thread runs now, as far as somebody said so. Used by this thread only. */
    @JvmField public var job: Job? = null
}
