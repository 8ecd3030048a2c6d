package dev.rockpool

import java.util.concurrent.Callable
import java.util.concurrent.ConcurrentHashMap
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext

/**
 * Names the code that uses connections, for [PoolControl.diagnose]: `withContext(Caller("checkout")) { ... }`. It costs
 * an acquire nothing, because the name is read only when a diagnosis is made. Immutable.
 *
 * @property name such as the name of a request or a job
 */
public class Caller(public val name: String) : AbstractCoroutineContextElement(Key) {
    override fun toString(): String = name

    /** The key of a [Caller] in a coroutine's context, and the counterpart for threads. */
    public companion object Key : CoroutineContext.Key<Caller> {
        /** Any thread can read these, unlike a `ThreadLocal`. A thread is here only while it runs a named block. */
        private val names = ConcurrentHashMap<Thread, String>()

        /**
         * Runs [block] on this thread under this name: `Caller.named("checkout", () -> ...)`. Names nest. What the
         * block starts on other threads has no name.
         *
         * @throws Exception what the block throws
         */
        @JvmStatic
        @Throws(Exception::class)
        public fun <T> named(name: String, block: Callable<T>): T {
            val me = Thread.currentThread()
            val before = names.put(me, name)
            try {
                return block.call()
            } finally {
                if (before == null) names.remove(me) else names[me] = before
            }
        }

        /** The name of the block that this thread runs; null if it has none. */
        @JvmSynthetic internal fun of(thread: Thread): String? = names[thread]
    }
}
