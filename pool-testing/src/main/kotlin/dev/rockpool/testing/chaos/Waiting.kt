package dev.rockpool.testing.chaos

import java.util.concurrent.TimeUnit
import kotlin.time.Duration

private const val BETWEEN_LOOKS = 1L

/** Waits until this holds; false when that takes longer. Blocks. */
internal inline fun awaitUntil(within: Duration, condition: () -> Boolean): Boolean {
    val deadline = System.nanoTime() + within.inWholeNanoseconds
    while (!condition()) {
        if (System.nanoTime() > deadline) return condition()
        pause()
    }
    return true
}

internal fun pause(): Unit = TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS)
