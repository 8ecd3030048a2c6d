package dev.rockpool.testing

import kotlin.coroutines.resume
import kotlin.coroutines.suspendCoroutine
import kotlin.time.Duration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay

/** What one call of a [ScriptedFactory] does. */
public sealed interface Step {
    public suspend fun play()

    /** Succeeds at once. */
    public object Succeed : Step {
        override suspend fun play(): Unit = Unit
    }

    /** Throws [error], which may be an `Error`. */
    public class Fail(private val error: Throwable) : Step {
        override suspend fun play(): Unit = throw error
    }

    /** Never returns, until it is cancelled. */
    public object Hang : Step {
        override suspend fun play(): Unit = awaitCancellation()
    }

    /** Returns when it is told to ([finish]), and cannot be cancelled before: a driver that blocks. */
    public class Block : Step {
        private val finished = CompletableDeferred<Unit>()

        public fun finish() {
            finished.complete(Unit)
        }

        override suspend fun play(): Unit = suspendCoroutine { continuation ->
            finished.invokeOnCompletion { continuation.resume(Unit) }
        }
    }

    /** Does [then] after a time. */
    public class After(private val time: Duration, private val then: Step = Succeed) : Step {
        override suspend fun play() {
            delay(time)
            then.play()
        }
    }
}
