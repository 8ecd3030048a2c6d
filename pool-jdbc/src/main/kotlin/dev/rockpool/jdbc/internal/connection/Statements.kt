package dev.rockpool.jdbc.internal.connection

import dev.rockpool.internal.engine.logWarn
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.SlowStatement
import dev.rockpool.jdbc.SlowStatementListener
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

/** More of a statement is seldom worth reading. */
private const val READABLE = 1_000

/** What the pool wants of all statements. */
internal fun statementSettings(config: JdbcConfig): StatementSettings =
    StatementSettings(
        config.pool.name,
        config.statementCacheSize,
        config.queryTimeout.roundedUp(),
        config.slowStatementThreshold?.inWholeNanoseconds ?: 0,
        config.slowStatementListener?.let(::guarded) ?: InTheLog,
    )

/** A listener that fails is no reason for a statement to fail. */
private fun guarded(listener: SlowStatementListener) = SlowStatementListener {
    try {
        listener.slow(it)
    } catch (e: Throwable) { // Errors too
        logWarn(e) { "pool '${it.pool()}': the listener for slow statements failed" }
    }
}

private fun Duration?.roundedUp(): Int =
    if (this == null) 0 else (this + 1.seconds - 1.nanoseconds).inWholeSeconds.coerceAtMost(MOST).toInt()

private const val MOST = Int.MAX_VALUE.toLong()

private object InTheLog : SlowStatementListener {
    override fun slow(statement: SlowStatement) {
        logWarn { statement.toString().take(READABLE) }
    }
}
