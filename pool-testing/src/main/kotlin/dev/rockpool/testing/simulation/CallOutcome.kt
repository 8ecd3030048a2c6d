package dev.rockpool.testing.simulation

import kotlin.coroutines.resume
import kotlin.coroutines.suspendCoroutine
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay

/** What becomes of one call of the factory. */
internal sealed interface CallOutcome {
    suspend fun play(schedule: Schedule)

    object Well : CallOutcome {
        override suspend fun play(schedule: Schedule): Unit = Unit

        override fun toString() = "well"
    }

    object Never : CallOutcome {
        override suspend fun play(schedule: Schedule): Unit = awaitCancellation()

        override fun toString() = "never"
    }

    class Fails(private val error: Throwable) : CallOutcome {
        override suspend fun play(schedule: Schedule): Unit = throw error

        override fun toString() = "$error"
    }

    class After(private val millis: Long, private val then: CallOutcome) : CallOutcome {
        override suspend fun play(schedule: Schedule) {
            delay(millis)
            then.play(schedule)
        }

        override fun toString() = "after $millis ms $then"
    }

    /** A driver that blocks: it cannot be cancelled. */
    class Stubborn(private val millis: Long, private val then: CallOutcome) : CallOutcome {
        override suspend fun play(schedule: Schedule) {
            suspendCoroutine { continuation -> schedule.after(millis) { continuation.resume(Unit) } }
            then.play(schedule)
        }

        override fun toString() = "after $millis stubborn ms $then"
    }
}

/** A failure that another try may mend. */
internal class Trouble(what: String) : RuntimeException(what, null, false, false)

/** A failure that lasts until somebody changes something. */
internal class Refusal : RuntimeException("refused for good", null, false, false)

/** The server has no place for one more session. */
internal class NoPlace : RuntimeException("no place left", null, false, false)

/** What a driver should not throw, and some do. */
internal class DriverError : Error("a driver's error", null, false, false)
