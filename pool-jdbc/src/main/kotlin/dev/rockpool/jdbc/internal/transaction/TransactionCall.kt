package dev.rockpool.jdbc.internal.transaction

import dev.rockpool.PoolStats
import java.sql.SQLTimeoutException
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.Duration

/** A call of `transaction`, and its present activity, for the error of its timeout. */
internal abstract class TransactionCall(val attempts: RetryLoop) {
    enum class Doing(val text: String, val advice: String) {
        WAITING(
            "it waited for a connection",
            "hold connections for a shorter time, raise maxSize, or raise the timeout",
        ),
        RUNNING(
            "its block was running",
            "see which statement takes so long or waits for a lock, do less in one transaction, or raise the timeout",
        ),
        PAUSING(
            "it paused before the next attempt",
            "touch rows in the same order everywhere, do less in one transaction, or raise the timeout",
        ),
    }

    @Volatile var doing: Doing = Doing.WAITING

    /** The failure of the latest attempt; null when it has none. */
    abstract val failure: Throwable?

    /** The error if the timeout expired and nothing was committed. */
    fun expired(pool: PoolStats, timeout: Duration): SQLTimeoutException {
        val cause = failure.takeIf { it !is CancellationException }
        val error =
            SQLTimeoutException(
                "pool '${pool.name}': the transaction was not finished after $timeout (timeout) and was " +
                    "rolled back: ${doing.text}, attempt ${attempts.number}; $pool. Try: ${doing.advice}.",
                CANCELED,
                0,
                cause,
            )
        attempts.failures.forEach { if (it !== cause) error.conjoin(it) }
        return error
    }

    private companion object {
        /** The SQLState of PostgreSQL, H2 and DB2 for a statement that was cancelled or took too long. */
        const val CANCELED = "57014"
    }
}
