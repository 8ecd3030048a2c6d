package dev.rockpool.jdbc

import dev.rockpool.Backoff
import dev.rockpool.jdbc.internal.errors.RetryableErrors
import dev.rockpool.jdbc.internal.transaction.conjoin
import java.util.function.Predicate
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * How often the block of a transaction may run again, and after which failures. Immutable.
 *
 * The whole block runs again in a new transaction after conflicts for which databases recommend it: serialization
 * failures (SQLState 40001), deadlocks (40001, PostgreSQL's 40P01), lock waits that took too long (MySQL and MariaDB
 * 1205) and SQLite's BUSY (5, 517). They are found in the block's exception, its causes (an ORM wraps the driver's
 *       errors) and their next exceptions. [alsoOn] adds other failures.
 *
 * It never runs again after a cancellation, an interrupt or a timeout, if no connection could be acquired, or if the
 * outcome is unknown because the connection was lost during the commit.
 *
 * Side effects of the block outside the database happen again, so put them in `afterCommit`.
 *
 * @property attempts the maximum number of runs, including the first; at least 1. Default 5: conflicts of a few
 *   transactions are over by then, and those of many need another solution, such as a fixed lock order
 * @property backoff the pause before the next run, during which no connection is held. Default 10 ms, x2 up to 1 s,
 *   with 50 % jitter, so that transactions that conflicted do not conflict again
 */
public class Retry
private constructor(
    public val attempts: Int,
    public val backoff: Backoff,
    private val others: List<Predicate<Throwable>>,
) {
    /** @throws IllegalArgumentException if [attempts] is below 1 */
    @JvmOverloads public constructor(attempts: Int = 5, backoff: Backoff = BRIEF) : this(attempts, backoff, emptyList())

    init {
        require(attempts >= 1) { "attempts is $attempts but must be 1 or more" }
    }

    /**
     * A copy that also retries after each failure for which [predicate] returns true. It is called by the thread that
     * ran the block. If it throws, that counts as false, and its exception is added to the failure as suppressed.
     */
    public fun alsoOn(predicate: Predicate<Throwable>): Retry = Retry(attempts, backoff, others + predicate)

    /** Whether the block runs again after this attempt ended with this failure. */
    @JvmSynthetic
    internal fun isDue(attempt: Int, failure: Throwable): Boolean =
        when {
            attempt >= attempts -> false
            failure is CancellationException || failure is InterruptedException -> false
            else -> RetryableErrors.isOne(failure) || others.any { it.saysYes(failure) }
        }

    private fun Predicate<Throwable>.saysYes(failure: Throwable): Boolean =
        try {
            test(failure)
        } catch (e: Throwable) { // the failure of the block is the one to throw
            failure.conjoin(e)
            false
        }

    override fun equals(other: Any?): Boolean =
        other is Retry && other.attempts == attempts && other.backoff == backoff && other.others == others

    override fun hashCode(): Int = attempts * 31 + backoff.hashCode()

    override fun toString(): String = if (attempts == 1) "no retry" else "up to $attempts attempts, pauses $backoff"

    public companion object {
        private val BRIEF = Backoff(initial = 10.milliseconds, factor = 2.0, max = 1.seconds, jitter = 0.5)

        /** The block runs once. */
        @JvmStatic @get:JvmName("none") public val none: Retry = Retry(attempts = 1)

        /** Up to 5 attempts, with the default pauses. */
        @JvmStatic @get:JvmName("conflicts") public val conflicts: Retry = Retry()
    }
}
