package dev.rockpool.jdbc.internal

import io.github.oshai.kotlinlogging.KLogger
import io.github.oshai.kotlinlogging.KotlinLogging

private const val STARTUP_MESSAGE = "kotlin-logging.logStartupMessage"

/** The logger of JDBC's part. The logging library's greeting is off unless it was asked for, as in the pool. */
internal val log: KLogger = run {
    if (System.getProperty(STARTUP_MESSAGE) == null) System.setProperty(STARTUP_MESSAGE, "false")
    KotlinLogging.logger("dev.rockpool.jdbc.JdbcPool")
}

/** Writes to the log where nothing may fail, not even for want of memory. */
internal inline fun quietly(write: () -> Unit): Unit =
    try {
        write()
    } catch (_: Throwable) {}
