package dev.rockpool.testing.chaos

import java.util.concurrent.TimeUnit
import kotlin.time.Duration

private const val POLL_MILLIS = 1L

/** Blocks until [condition] holds. Returns false on timeout. */
internal inline fun awaitUntil(within: Duration, condition: () -> Boolean): Boolean {
    val deadline = System.nanoTime() + within.inWholeNanoseconds
    while (!condition()) {
        if (System.nanoTime() > deadline) return condition()
        pause()
    }
    return true
}

internal fun pause(): Unit = TimeUnit.MILLISECONDS.sleep(POLL_MILLIS)
