package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.internal.base.PoolThread
import dev.rockpool.internal.base.PoolThreads
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Runnable

/**
 * Runs tasks on as many threads as the pool may have connections. The threads belong to all pools of the process.
 *
 * **Key idea.** When all connections are in use, the thread that returns one starts the next caller's block, and is
 * free itself a moment later. So while all threads are running, that thread keeps the task as its local task, and no
 * other thread is woken. An idle thread steals a local task at once. A busy thread steals one after a few of its own
 * tasks, because the owner may be blocked.
 *
 * Tested by `PoolDispatcherLaws`.
 */
internal class PoolDispatcher(private val size: () -> Int) : CoroutineDispatcher() {
    private val tasks = ConcurrentLinkedQueue<Runnable>()
    private val running = AtomicInteger()
    private val contention = Contention()

    /** All workers ever created: about as many as the pool had connections. Parked ones are in both collections. */
    private val workers = CopyOnWriteArrayList<Worker>()
    private val parked = ConcurrentLinkedQueue<Worker>()

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        if (here()?.keepLocally(block) != true) enqueue(block)
    }

    private fun here(): Worker? =
        ((Thread.currentThread() as? PoolThread)?.guest as? Worker)?.takeIf { it.dispatcher === this }

    /** The task yields to others. */
    @InternalCoroutinesApi override fun dispatchYield(context: CoroutineContext, block: Runnable): Unit = enqueue(block)

    private fun enqueue(block: Runnable) {
        tasks.add(block)
        if (!mayStart()) return
        val worker = parked.poll() ?: Worker().also { workers += it }
        try {
            PoolThreads.execute(worker)
        } catch (e: Throwable) { // no thread
            parked.add(worker)
            running.decrementAndGet()
            if (running.get() == 0 && tasks.remove(block)) throw e
        }
    }

    /** Counts one more running worker, unless the limit is reached. */
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

        /** The task that this worker runs next, unless another one steals it. */
        private val local = AtomicReference<Runnable?>()

        /** The local task when a stealing worker last looked at it. */
        private var seen: Runnable? = null

        /** Returns false when a parked worker could run the task. */
        fun keepLocally(task: Runnable): Boolean {
            if (running.get() < size() || !local.compareAndSet(null, task)) return false
            // A worker that parked in the meantime has looked for the task, or is counted here.
            return running.get() >= size() || !local.compareAndSet(task, null)
        }

        override fun run() {
            val thread = Thread.currentThread() as PoolThread
            thread.guest = this
            var turn = 0
            do turn++ while (runOne(turn))
            thread.guest = null
            seen = null
            parked.add(this)
        }

        /**
         * Returns false when there is nothing to do, or when there are too many workers. Then this one is not counted
         * any more.
         */
        private fun runOne(turn: Int): Boolean {
            val task = next(turn)
            if (isSurplus()) {
                task?.let(::enqueue)
                local.getAndSet(null)?.let(::enqueue)
                return false
            }
            if (task == null) return !mayPark()
            runSafely(task)
            return true
        }

        /** Takes this worker out of the count if the pool was made smaller. */
        private fun isSurplus(): Boolean {
            while (true) {
                val now = running.get()
                if (now <= size()) return false
                if (running.compareAndSet(now, now - 1)) return true
            }
        }

        /**
         * Looks once more after this worker left the count, because no other worker would see a task that was added
         * before.
         */
        private fun mayPark(): Boolean {
            running.decrementAndGet()
            return tasks.isEmpty() && workers.none { it.local.get() != null } || !mayStart()
        }

        private fun next(turn: Int): Runnable? {
            when (turn % FAIR) {
                0 -> tasks.poll()
                FAIR / 2 -> stealOld()
                else -> null
            }?.let {
                return it
            }
            var looks = 0
            do {
                (local.getAndSet(null) ?: tasks.poll())?.let {
                    return it
                }
            } while (++looks <= LOOKS && contention.yieldBriefly())
            return tasks.poll() ?: stealAny()
        }

        /** Steals a local task that has not moved since the last look: its owner is blocked. */
        private fun stealOld(): Runnable? {
            for (worker in workers) {
                val task = worker.local.get()
                if (task != null && task === worker.seen && worker.local.compareAndSet(task, null)) return task
                worker.seen = task
            }
            return null
        }

        private fun stealAny(): Runnable? = workers.firstNotNullOfOrNull { it.local.getAndSet(null) }
    }

    override fun toString(): String = "pool dispatcher of ${size()} threads"

    private companion object {
        /** How often an idle thread yields before it parks: a few microseconds, less than a wake-up costs. */
        const val LOOKS = 20

        /** Once in this many tasks a queued task goes first, and once an old local task of another worker. */
        const val FAIR = 16
    }
}
