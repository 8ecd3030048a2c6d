package dev.rockpool.testing

import kotlin.coroutines.resume
import kotlin.coroutines.suspendCoroutine
import kotlin.time.Duration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay

/** What one call of a [ScriptedFactory] does. */
public sealed class Step {
    /** Does it, in the caller's time: virtual in a [poolTest], real on the threads of [ScriptedFactory.blocking]. */
    @JvmSynthetic internal abstract suspend fun play()

    /** Whether the call then returns null where it should return something. */
    @get:JvmSynthetic
    internal open val returnsNull: Boolean
        get() = false

    /** Succeeds at once. */
    public object Succeed : Step() {
        @JvmSynthetic override suspend fun play(): Unit = Unit
    }

    /** Throws [error], which may be an `Error`. */
    public class Fail(private val error: Throwable) : Step() {
        @JvmSynthetic override suspend fun play(): Unit = throw error
    }

    /** An open returns null, as a factory written in Java can; any other call succeeds. */
    public object ReturnNull : Step() {
        @JvmSynthetic override suspend fun play(): Unit = Unit

        @get:JvmSynthetic
        override val returnsNull: Boolean
            get() = true
    }

    /**
     * Never returns, until it is cancelled; on a thread, until that is interrupted or [ScriptedFactory.end] is said.
     */
    public object Hang : Step() {
        @JvmSynthetic override suspend fun play(): Unit = awaitCancellation()
    }

    /** Returns when it is told to ([finish]), and cannot be cancelled before: a driver that blocks. */
    public class Block : Step() {
        private val finished = CompletableDeferred<Unit>()

        public fun finish() {
            finished.complete(Unit)
        }

        @JvmSynthetic
        override suspend fun play(): Unit = suspendCoroutine { continuation ->
            finished.invokeOnCompletion { continuation.resume(Unit) }
        }
    }

    /** Does [then] after a time. */
    public class After(private val time: Duration, private val then: Step = Succeed) : Step() {
        @get:JvmSynthetic
        override val returnsNull: Boolean
            get() = then.returnsNull

        @JvmSynthetic
        override suspend fun play() {
            delay(time)
            then.play()
        }

        public companion object {
            /** For Java. */
            @JvmStatic
            @JvmOverloads
            public fun of(time: java.time.Duration, then: Step = Succeed): After = After(time.toKotlinDuration(), then)
        }
    }
}
