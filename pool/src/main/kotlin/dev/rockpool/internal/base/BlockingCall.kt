package dev.rockpool.internal.base

import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Runs a blocking call on a thread of this dispatcher. A cancelled caller continues at once and leaves the call behind.
 * (`withContext` would wait for the call and lose its result.)
 *
 * @param always whether the call is made even if its caller was cancelled before it began
 * @param lost receives the result of a call whose caller was cancelled
 * @param cancelled called when the caller is cancelled while the call runs
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
        } catch (e: Throwable) { // whatever a driver throws, Errors too, fails this call but not the thread
            continuation.resumeWithException(e)
        }
    }
}
