package dev.rockpool.jdbc.internal.dispatch

import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.jvm.internal.CoroutineStackFrame

/**
 * Runs this with a hidden element in its context, in place: it goes on in its caller as if it was called, and costs no
 * coroutine and no dispatch.
 */
internal suspend fun <R> inPlace(hidden: CoroutineContext.Element, block: suspend () -> R): R =
    suspendCoroutineUninterceptedOrReturn { caller ->
        block.startCoroutineUninterceptedOrReturn(InPlace(caller, HidingContext.of(caller.context, hidden)))
    }

/**
 * A part of its caller's coroutine that has a context of its own. It is a stack frame, for kotlinx.coroutines walks
 * these to find out what it has to restore on a thread.
 */
internal open class InPlace<R>(private val caller: Continuation<R>, final override val context: CoroutineContext) :
    Continuation<R>, CoroutineStackFrame {
    final override val callerFrame: CoroutineStackFrame?
        get() = caller as? CoroutineStackFrame

    final override fun getStackTraceElement(): StackTraceElement? = null

    override fun resumeWith(result: Result<R>): Unit = caller.resumeWith(result)
}
