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
    /** Runs the step, in virtual time in a [poolTest], in real time on the threads of [ScriptedFactory.blocking]. */
    @JvmSynthetic internal abstract suspend fun play()

    /** Whether the call then returns null instead of a value. */
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

    /** Never returns until it is cancelled. On a thread it ends by an interrupt or by [ScriptedFactory.end]. */
    public object Hang : Step() {
        @JvmSynthetic override suspend fun play(): Unit = awaitCancellation()
    }

    /** Returns after [finish], and cannot be cancelled before, like a blocking driver. */
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

    /** Runs [then] after [time]. */
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
            /** The Java counterpart. */
            @JvmStatic
            @JvmOverloads
            public fun of(time: java.time.Duration, then: Step = Succeed): After = After(time.toKotlinDuration(), then)
        }
    }
}
