package dev.rockpool.jdbc.internal.transaction

import dev.rockpool.internal.spi.pauseAfter
import dev.rockpool.jdbc.Retry
import kotlin.coroutines.cancellation.CancellationException
import kotlin.random.Random
import kotlin.time.Duration

/** Runs attempts according to [retry]. Inline, so that it serves coroutines and threads. */
internal class RetryLoop(private val pool: String, private val retry: Retry) {
    /** The failures of the attempts before this one. */
    val failures = ArrayList<Throwable>()

    /** The number of the current attempt, from 1. */
    val number: Int
        get() = failures.size + 1

    /**
     * @param once runs an attempt
     * @param pause waits, and throws if it is interrupted
     * @return the block's result; throws the last failure, with the earlier ones as suppressed
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

    /** Returns whether another attempt follows. If so, adds this one's failure to [failures]. */
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

    fun pauseLength(): Duration = retry.backoff.pauseAfter(failures.size, Random.nextDouble(), pool)
}
