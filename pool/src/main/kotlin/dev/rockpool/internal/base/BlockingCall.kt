package dev.rockpool.internal.base

import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Runs a call that blocks on a thread of this dispatcher. Cancelling the caller leaves the call behind: the caller goes
 * on at once. (`withContext` would wait for the call, and lose its result.)
 *
 * @param always whether the call is made also if its caller was cancelled before it began
 * @param lost gets what the call brings after its caller was cancelled
 * @param cancelled said when the caller is cancelled while the call runs
 */
public suspend fun <T> CoroutineDispatcher.call(
    always: Boolean = true,
    lost: (T) -> Unit = {},
    cancelled: () -> Unit = {},
    work: () -> T,
): T = suspendCancellableCoroutine { continuation ->
    continuation.invokeOnCancellation { cancelled() }
    dispatch(EmptyCoroutineContext) {
        if (!always && !continuation.isActive) return@dispatch
        try {
            val value = work()
            continuation.resume(value) { lost(value) }
        } catch (e: Throwable) { // whatever a driver throws, Errors too, fails this call and not the thread
            continuation.resumeWithException(e)
        }
    }
}
