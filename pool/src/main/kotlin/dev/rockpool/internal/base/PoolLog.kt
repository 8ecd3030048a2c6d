package dev.rockpool.internal.base

import io.github.oshai.kotlinlogging.KLogger
import io.github.oshai.kotlinlogging.KotlinLogging

private const val STARTUP_MESSAGE = "kotlin-logging.logStartupMessage"

/** The severity of a message. */
public enum class Severity {
    ERROR,
    WARN,
    INFO,
    DEBUG,
}

/**
 * The log of the whole library, written only by the functions below. Logging never fails its caller; the message is
 * lost instead.
 *
 * The logging library is loaded by the first message. If that fails, the next message tries again.
 */
@PublishedApi
internal object PoolLog {
    @Volatile private var logger: KLogger? = null

    // Each severity is compared by itself: a table of all of them would be one more class to load at the first message.
    fun isOn(severity: Severity): Boolean =
        when {
            severity == Severity.ERROR -> logger().isErrorEnabled()
            severity == Severity.WARN -> logger().isWarnEnabled()
            severity == Severity.INFO -> logger().isInfoEnabled()
            else -> logger().isDebugEnabled()
        }

    fun write(severity: Severity, cause: Throwable?, message: String): Unit =
        when {
            severity == Severity.ERROR -> logger().error(cause) { message }
            severity == Severity.WARN -> logger().warn(cause) { message }
            severity == Severity.INFO -> logger().info(cause) { message }
            else -> logger().debug(cause) { message }
        }

    /**
     * Keeps the logger only if it writes errors. While one thread initializes SLF4J, another one may get a logger that
     * stays silent for ever. A lock could end in a deadlock, because the initialization may need the pool that logs.
     */
    private fun logger() = logger ?: load().also { if (it.isErrorEnabled()) logger = it }

    private fun load(): KLogger {
        // A library must not write to standard output, so the greeting is off unless it was asked for.
        if (System.getProperty(STARTUP_MESSAGE) == null) System.setProperty(STARTUP_MESSAGE, "false")
        return KotlinLogging.logger("dev.rockpool.Pool")
    }
}

/** Logs a failure of the pool itself. */
public inline fun logError(cause: Throwable? = null, message: () -> String): Unit =
    logSafely(Severity.ERROR, cause, message)

/** Logs a problem that an operator should look at. */
public inline fun logWarn(cause: Throwable? = null, message: () -> String): Unit =
    logSafely(Severity.WARN, cause, message)

/** Logs that something works again. */
public inline fun logInfo(message: () -> String): Unit = logSafely(Severity.INFO, null, message)

/** Logs a detail. */
public inline fun logDebug(cause: Throwable? = null, message: () -> String): Unit =
    logSafely(Severity.DEBUG, cause, message)

/**
 * Inline, so that everything that can fail is inside its `try`: creating the message, loading [PoolLog], and all that
 * the logging library does, Errors included.
 */
@PublishedApi
internal inline fun logSafely(severity: Severity, cause: Throwable?, message: () -> String) {
    try {
        if (PoolLog.isOn(severity)) PoolLog.write(severity, cause, message())
    } catch (_: Throwable) {} // there is no other place to report it
}
