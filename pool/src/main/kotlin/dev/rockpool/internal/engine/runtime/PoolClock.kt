package dev.rockpool.internal.engine.runtime

import java.util.function.LongSupplier
import kotlin.time.TimeSource

/**
 * A clock in nanoseconds that begins at zero. The default source is read without Kotlin's durations, because every
 * method that reads the clock inlines a thousand bytes of them.
 */
internal fun clockOf(source: TimeSource): LongSupplier {
    if (source === TimeSource.Monotonic) {
        val start = System.nanoTime()
        return LongSupplier { System.nanoTime() - start }
    }
    val start = source.markNow()
    return LongSupplier { start.elapsedNow().inWholeNanoseconds }
}
