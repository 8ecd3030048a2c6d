package dev.rockpool.internal.engine

import io.github.oshai.kotlinlogging.KLogger
import io.github.oshai.kotlinlogging.KotlinLogging

private const val STARTUP_MESSAGE = "kotlin-logging.logStartupMessage"

/**
 * The logger of the whole library. A library does not write to its user's standard output, so the greeting of the
 * logging library is off unless it was asked for.
 */
public val log: KLogger = run {
    if (System.getProperty(STARTUP_MESSAGE) == null) System.setProperty(STARTUP_MESSAGE, "false")
    KotlinLogging.logger("dev.rockpool.Pool")
}

/** Writes to the log where nothing may fail, not even for want of memory. */
public inline fun quietly(write: () -> Unit): Unit =
    try {
        write()
    } catch (_: Throwable) {}
