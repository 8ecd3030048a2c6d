package dev.rockpool

import dev.rockpool.testing.PoolTestScope
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.util.concurrent.ConcurrentLinkedQueue
import org.slf4j.LoggerFactory
import org.slf4j.event.EventConstants

/** Everything that the pool tells from now on. */
internal fun PoolTestScope.hear(): ConcurrentLinkedQueue<PoolEvent> =
    ConcurrentLinkedQueue<PoolEvent>().also { heard ->
        pool.control.addListener(heard::add)
        runCurrent()
    }

/**
 * What the pool logs as a warning while [body] runs. The logger of the tests writes errors only, to the standard error
 * stream, and has no other way to be told otherwise once it exists.
 */
internal fun logged(body: () -> Unit): String {
    val logger = LoggerFactory.getLogger("dev.rockpool.Pool")
    val level = logger.javaClass.getDeclaredField("currentLogLevel").apply { isAccessible = true }
    val before = level.getInt(logger)
    val stream = System.err
    val written = ByteArrayOutputStream()
    System.setErr(PrintStream(written, true))
    level.setInt(logger, EventConstants.WARN_INT)
    try {
        body()
    } finally {
        level.setInt(logger, before)
        System.setErr(stream)
    }
    return written.toString()
}
