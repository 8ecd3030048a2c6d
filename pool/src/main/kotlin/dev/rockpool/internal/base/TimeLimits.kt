package dev.rockpool.internal.base

import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/**
 * Time limits of futures. The JDK's own, such as `orTimeout`, start a thread that never ends. It keeps the class loader
 * of the application that needed it first, also after that application was stopped.
 */
public object TimeLimits {
    /** Completes a future with null, on a pool thread, unless it completes within so many nanoseconds. Returns it. */
    @JvmStatic
    @OptIn(DelicateCoroutinesApi::class) // it ends with the future, at the latest after its limit
    public fun <T> nullAfter(future: CompletableFuture<T>, nanos: Long): CompletableFuture<T> {
        if (future.isDone) return future
        val timer =
            GlobalScope.launch(Dispatchers.Unconfined) {
                try {
                    delay(nanos.nanoseconds)
                    PoolThreads.execute { future.complete(null) }
                } catch (_: Throwable) { // it has completed, or there is no thread: nobody must wait for ever
                    future.complete(null)
                }
            }
        future.whenComplete { _, _ -> timer.cancel() }
        return future
    }
}
