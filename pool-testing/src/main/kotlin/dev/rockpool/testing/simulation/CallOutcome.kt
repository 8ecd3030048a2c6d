package dev.rockpool.testing.simulation

import kotlin.coroutines.resume
import kotlin.coroutines.suspendCoroutine
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay

/** The outcome of one factory call. */
internal sealed interface CallOutcome {
    suspend fun play(schedule: Schedule)

    object Succeeds : CallOutcome {
        override suspend fun play(schedule: Schedule): Unit = Unit

        override fun toString() = "succeeds"
    }

    object Hangs : CallOutcome {
        override suspend fun play(schedule: Schedule): Unit = awaitCancellation()

        override fun toString() = "hangs"
    }

    class Fails(private val error: Throwable) : CallOutcome {
        override suspend fun play(schedule: Schedule): Unit = throw error

        override fun toString() = "$error"
    }

    class Delayed(private val millis: Long, private val then: CallOutcome) : CallOutcome {
        override suspend fun play(schedule: Schedule) {
            delay(millis)
            then.play(schedule)
        }

        override fun toString() = "after $millis ms $then"
    }

    /** A blocking driver: the call cannot be cancelled. */
    class Uncancellable(private val millis: Long, private val then: CallOutcome) : CallOutcome {
        override suspend fun play(schedule: Schedule) {
            suspendCoroutine { continuation -> schedule.after(millis) { continuation.resume(Unit) } }
            then.play(schedule)
        }

        override fun toString() = "after $millis uncancellable ms $then"
    }
}

/** A failure that may not happen again on retry. */
internal class TransientFailure(what: String) : RuntimeException(what, null, false, false)

/** A failure that lasts until the configuration is changed. */
internal class PermanentFailure : RuntimeException("permanent failure", null, false, false)

/** The server has reached its session limit. */
internal class ServerFull : RuntimeException("session limit reached", null, false, false)

/** An `Error`, which drivers should not throw but some do. */
internal class DriverError : Error("driver error", null, false, false)
