package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.jdbc.internal.cancel.CurrentJob
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Runnable

/** Virtual threads, if this JVM has them (JDK 21 and newer). This code is compiled for 17. */
internal object VirtualThreads {
    private val perTask: Executor? =
        try {
            val create = Executors::class.java.getMethod("newVirtualThreadPerTaskExecutor")
            create.invoke(null) as Executor
        } catch (_: ReflectiveOperationException) { // an older JDK; on 19 and 20 also when it is not enabled
            null
        }

    val areThere: Boolean
        get() = perTask != null

    /** Starts a virtual thread per task. Needs no limit: each task here has a connection. */
    fun dispatcher(): CoroutineDispatcher = PerTask(checkNotNull(perTask) { "no virtual threads" })

    private class PerTask(private val executor: Executor) : CoroutineDispatcher() {
        /** The thread ends with its task, so its job need not be cleared afterwards. */
        override fun dispatch(context: CoroutineContext, block: Runnable) =
            executor.execute {
                CurrentJob.updateThreadContext(context)
                block.run()
            }

        override fun toString(): String = "virtual threads"
    }
}
