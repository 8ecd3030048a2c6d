package dev.rockpool

import dev.rockpool.testing.PoolTestScope
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.util.concurrent.ConcurrentLinkedQueue
import org.slf4j.LoggerFactory
import org.slf4j.event.Level

/** Everything that the pool tells from now on. */
internal fun PoolTestScope.hear(): ConcurrentLinkedQueue<PoolEvent> =
    ConcurrentLinkedQueue<PoolEvent>().also { heard ->
        pool.control.addListener(heard::add)
        runCurrent()
    }

/**
 * What the pool logs at this level and above while [body] runs. The logger of the tests writes errors only, to the
 * standard error stream, and has no other way to be told otherwise once it exists.
 */
internal fun logged(level: Level = Level.WARN, body: () -> Unit): String {
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
