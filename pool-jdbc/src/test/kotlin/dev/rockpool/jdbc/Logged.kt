package dev.rockpool.jdbc

import java.io.ByteArrayOutputStream
import java.io.PrintStream
import org.slf4j.LoggerFactory
import org.slf4j.event.Level

/**
 * Captures what the library logs at this level and above while [body] runs. The test logger writes only errors, to
 * standard error, and cannot be reconfigured once it exists.
 */
inline fun logged(level: Level = Level.WARN, body: () -> Unit): String {
    val logger = LoggerFactory.getLogger("dev.rockpool.Pool")
    val threshold = logger.javaClass.getDeclaredField("currentLogLevel").apply { isAccessible = true }
    val before = threshold.getInt(logger)
    val stream = System.err
    val written = ByteArrayOutputStream()
    System.setErr(PrintStream(written, true))
    threshold.setInt(logger, level.toInt())
    try {
        body()
    } finally {
        threshold.setInt(logger, before)
        System.setErr(stream)
    }
    return written.toString()
}
