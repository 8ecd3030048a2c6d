package dev.rockpool.jdbc.internal.transaction

import dev.rockpool.internal.engine.nanosAfter
import dev.rockpool.jdbc.Retry
import kotlin.coroutines.cancellation.CancellationException
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

/** One attempt after the other, as the [retry] says. Inline: what suspends and what blocks go the same way. */
internal class RetryLoop(private val pool: String, private val retry: Retry) {
    /** What the attempts before this one came to. */
    val failures = ArrayList<Throwable>()

    /** The number of the present one, from 1. */
    val number: Int
        get() = failures.size + 1

    /**
     * @param once runs an attempt
     * @param pause waits, and throws if that is cut short
     * @return what the block returned; throws the last failure, which has suppressed the ones before
     */
    inline fun <R> run(once: () -> TransactionOutcome<R>, pause: (Duration) -> Unit): R {
        try {
            while (true) {
                val ended = once()
                if (!isDue(ended)) return resultOf(ended)
                pause(pauseLength())
            }
        } catch (e: Throwable) {
            if (e !is CancellationException) failures.forEach(e::conjoin)
            throw e
        }
    }

    /** Whether there is one more attempt after this end; if so, it is one of the [failures] from now on. */
    fun isDue(ended: TransactionOutcome<*>): Boolean {
        if (ended !is TransactionOutcome.RolledBack || !retry.isDue(number, ended.failure)) return false
        failures += ended.failure
        return true
    }

    fun <R> resultOf(ended: TransactionOutcome<R>): R =
        when (ended) {
            is TransactionOutcome.Committed -> ended.result
            is TransactionOutcome.RolledBack -> throw ended.failure
            is TransactionOutcome.Unknown -> throw ended.failure
        }

    fun pauseLength(): Duration = retry.backoff.nanosAfter(failures.size, Random.nextDouble(), pool).nanoseconds
}
