package dev.rockpool.jdbc.internal.errors

import java.sql.SQLException

/** The errors by which a database says: you met another transaction, run yours again. */
internal object RetryableErrors {
    /**
     * A SQLState (null: the driver gives none) and a vendor's code (null: any). Never a code alone: it means something
     * else to another vendor.
     */
    private class Sign(val state: String?, val code: Int?) {
        fun fits(error: SQLException) = error.sqlState == state && (code == null || error.errorCode == code)
    }

    private val table =
        listOf(
            Sign(
                "40001",
                null,
            ), // the standard's serialization failure; MySQL's deadlock (1213) and SQL Server's (1205)
            Sign("40P01", null), // PostgreSQL: deadlock
            Sign(
                "HY000",
                1205,
            ), // MySQL, MariaDB: a lock was not had in time; as "try restarting transaction" in the text
            Sign("HY000", 1213), // MariaDB Galera, proxies: a deadlock without its SQLState
            Sign(null, 5), // SQLite, whose driver gives no SQLState: BUSY
            Sign(null, 517), // SQLite: BUSY_SNAPSHOT, from a driver that gives extended codes
        )

    /** How far causes and next exceptions are followed; some build rings. */
    private const val FURTHEST = 10

    /** Whether this failure, a cause of it, or a next exception of one is a conflict. */
    fun isOne(failure: Throwable): Boolean =
        generateSequence(failure) { it.cause }
            .take(FURTHEST)
            .filterIsInstance<SQLException>()
            .flatMap { error -> generateSequence(error) { it.nextException }.take(FURTHEST) }
            .any { error -> table.any { it.fits(error) } }
}
