package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.internal.engine.PoolThread
import dev.rockpool.internal.engine.PoolThreads
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Runnable

/**
 * As many threads as the pool may have connections now, out of those of all pools.
 *
 * **Key idea.** When all connections are in use, whoever gets one is started by the thread that has just given it back,
 * and that thread is free in a moment. So while all threads are at work it keeps what it starts for itself, and no
 * thread is woken. Another one takes it away when it has nothing to do, or after a few tasks: the first may be held up.
 *
 * Attacked by `PoolDispatcherLaws`.
 */
internal class PoolDispatcher(private val size: () -> Int) : CoroutineDispatcher() {
    private val tasks = ConcurrentLinkedQueue<Runnable>()
    private val running = AtomicInteger()

    /** All that there ever were: about as many as the pool had connections. Those that rest are in both. */
    private val workers = CopyOnWriteArrayList<Worker>()
    private val resting = ConcurrentLinkedQueue<Worker>()

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        if (here()?.keep(block) != true) enqueue(block)
    }

    private fun here(): Worker? =
        ((Thread.currentThread() as? PoolThread)?.guest as? Worker)?.takeIf { it.dispatcher === this }

    /** Of a task that lets others go first. */
    @InternalCoroutinesApi override fun dispatchYield(context: CoroutineContext, block: Runnable): Unit = enqueue(block)

    private fun enqueue(block: Runnable) {
        tasks.add(block)
        if (!mayStart()) return
        val worker = resting.poll() ?: Worker().also { workers += it }
        try {
            PoolThreads.execute(worker)
        } catch (e: Throwable) { // no thread
            resting.add(worker)
            running.decrementAndGet()
            if (running.get() == 0 && tasks.remove(block)) throw e
        }
    }

    /** Counts one more at work, unless there are as many as there may be. */
    private fun mayStart(): Boolean {
        while (true) {
            val now = running.get()
            if (now >= size()) return false
            if (running.compareAndSet(now, now + 1)) return true
        }
    }

    private inner class Worker : Runnable {
        val dispatcher: PoolDispatcher
            get() = this@PoolDispatcher

        /** What this one will run next. */
        private val kept = AtomicReference<Runnable?>()

        /** What that was when another one looked for tasks of somebody who is held up. */
        private var seen: Runnable? = null

        /** False when somebody rests who could run it. */
        fun keep(task: Runnable): Boolean {
            if (running.get() < size() || !kept.compareAndSet(null, task)) return false
            // Whoever rests since then has looked for it, or is seen here.
            return running.get() >= size() || !kept.compareAndSet(task, null)
        }

        override fun run() {
            val thread = Thread.currentThread() as PoolThread
            thread.guest = this
            var turn = 0
            do turn++ while (runOne(turn))
            thread.guest = null
            seen = null
            resting.add(this)
        }

        /** False when there is nothing to do, or there are too many: then this one is counted out. */
        private fun runOne(turn: Int): Boolean {
            val task = next(turn)
            if (isSurplus()) {
                task?.let(::enqueue)
                kept.getAndSet(null)?.let(::enqueue)
                return false
            }
            if (task == null) return !mayRest()
            runSafely(task)
            return true
        }

        /** After the pool was made smaller: counts this one out. */
        private fun isSurplus(): Boolean {
            while (true) {
                val now = running.get()
                if (now <= size()) return false
                if (running.compareAndSet(now, now - 1)) return true
            }
        }

        /**
         * After this was counted out nobody is left who would see what was kept or queued before; so it looks again.
         */
        private fun mayRest(): Boolean {
            running.decrementAndGet()
            return tasks.isEmpty() && workers.none { it.kept.get() != null } || !mayStart()
        }

        private fun next(turn: Int): Runnable? {
            when (turn % FAIR) {
                0 -> tasks.poll()
                FAIR / 2 -> keptForLong()
                else -> null
            }?.let {
                return it
            }
            repeat(LOOKS) {
                (kept.getAndSet(null) ?: tasks.poll())?.let {
                    return it
                }
                Thread.yield()
            }
            return tasks.poll() ?: anyKept()
        }

        /** What one of the others has kept since this was asked before: it is held up. */
        private fun keptForLong(): Runnable? {
            for (worker in workers) {
                val task = worker.kept.get()
                if (task != null && task === worker.seen && worker.kept.compareAndSet(task, null)) return task
                worker.seen = task
            }
            return null
        }

        private fun anyKept(): Runnable? = workers.firstNotNullOfOrNull { it.kept.getAndSet(null) }
    }

    override fun toString(): String = "pool dispatcher of ${size()} threads"

    private companion object {
        /**
         * How often a thread that has nothing to do lets others run before it rests: some microseconds, less than to
         * wake it.
         */
        const val LOOKS = 20

        /** Every so many tasks what is queued goes first, and once in between what others have kept for long. */
        const val FAIR = 16
    }
}
