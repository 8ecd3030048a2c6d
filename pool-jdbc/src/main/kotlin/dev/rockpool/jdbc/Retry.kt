package dev.rockpool.jdbc

import dev.rockpool.Backoff
import dev.rockpool.jdbc.internal.errors.RetryableErrors
import dev.rockpool.jdbc.internal.transaction.conjoin
import java.util.function.Predicate
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * How often the block of a transaction may run again, and after what. Immutable.
 *
 * It runs again, as a whole and in a new transaction, after the conflicts by which databases ask for just that:
 * serialization failures (SQLState 40001), deadlocks (40001, PostgreSQL's 40P01), lock waits that took too long (MySQL
 * and MariaDB 1205) and SQLite's BUSY (5, 517). They are found in the block's exception, its causes (an ORM wraps what
 * the driver says) and their next exceptions. [alsoOn] adds to them.
 *
 * It never runs again after a cancellation, an interrupt, a timeout, when no connection could be had, or when nobody
 * knows whether it was committed: the connection was lost during the commit.
 *
 * Whatever the block does beside the database it does again, so do that in `afterCommit`.
 *
 * @property attempts how often the block runs at most, the first time included; 1 or more. Default 5: conflicts of few
 *   transactions are over by then, and those of many need another remedy, such as locking in one order
 * @property backoff the pause before it runs again, during which no connection is held. Default 10 ms, x2 up to 1 s,
 *   with 50 % jitter: those who met once should not meet again
 */
public class Retry
private constructor(
    public val attempts: Int,
    public val backoff: Backoff,
    private val others: List<Predicate<Throwable>>,
) {
    /** @throws IllegalArgumentException when [attempts] is below 1 */
    @JvmOverloads public constructor(attempts: Int = 5, backoff: Backoff = BRIEF) : this(attempts, backoff, emptyList())

    init {
        require(attempts >= 1) { "attempts is $attempts but must be 1 or more" }
    }

    /**
     * The same, and also after every failure for which [predicate] says true. It is asked by the thread that ran the
     * block; what it throws counts as false and is suppressed by the failure.
     */
    public fun alsoOn(predicate: Predicate<Throwable>): Retry = Retry(attempts, backoff, others + predicate)

    /** Whether the block runs again after this attempt, which ended so. */
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
        } catch (e: Throwable) { // the block's failure is the one to tell
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
