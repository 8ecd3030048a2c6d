package dev.rockpool.jdbc.internal

import java.util.concurrent.Executor
import java.util.concurrent.Executors
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.asCoroutineDispatcher

/** Virtual threads, as far as this JVM has them: from JDK 21 on. This code is compiled for 17. */
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

    /** A virtual thread for each task. Has no limit of its own: nobody runs here without a connection. */
    fun dispatcher(): CoroutineDispatcher = checkNotNull(perTask) { "no virtual threads" }.asCoroutineDispatcher()
}
