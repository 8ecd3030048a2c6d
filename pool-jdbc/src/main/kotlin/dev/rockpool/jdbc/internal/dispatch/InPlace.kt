package dev.rockpool.jdbc.internal.dispatch

import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.jvm.internal.CoroutineStackFrame

/** Runs a block in place with a hidden element in its context. Costs neither a coroutine nor a dispatch. */
internal suspend fun <R> inPlace(hidden: CoroutineContext.Element, block: suspend () -> R): R =
    suspendCoroutineUninterceptedOrReturn { caller ->
        block.startCoroutineUninterceptedOrReturn(InPlace(caller, HidingContext.of(caller.context, hidden)))
    }

/**
 * A part of its caller's coroutine with its own context. It is a stack frame, because kotlinx.coroutines walks the
 * frames to find out what to restore on a thread.
 */
internal open class InPlace<R>(private val caller: Continuation<R>, final override val context: CoroutineContext) :
    Continuation<R>, CoroutineStackFrame {
    final override val callerFrame: CoroutineStackFrame?
        get() = caller as? CoroutineStackFrame

    final override fun getStackTraceElement(): StackTraceElement? = null

    override fun resumeWith(result: Result<R>): Unit = caller.resumeWith(result)
}
