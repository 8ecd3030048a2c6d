package dev.rockpool

import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

private const val SMALLEST_WITH_THREE_DIGITS = 100L
private const val TEN = 10L

/** Formats a measured time with three digits, or in whole seconds from one minute on. A negative time is zero. */
@JvmSynthetic
internal fun Duration.readable(): String =
    when {
        this <= Duration.ZERO -> "0s"
        isInfinite() -> toString()
        this >= 1.minutes -> (this + 500_000_000.nanoseconds).inWholeSeconds.seconds.toString()
        else -> rounded().toString()
    }

private fun Duration.rounded(): Duration {
    var unit = 1L
    while (inWholeNanoseconds / unit >= SMALLEST_WITH_THREE_DIGITS * TEN) unit *= TEN
    return ((inWholeNanoseconds + unit / 2) / unit * unit).nanoseconds
}
