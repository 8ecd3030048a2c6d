package dev.rockpool.internal.engine.runtime

import dev.rockpool.Backoff
import dev.rockpool.PoolConfig
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.core.connectivity.BackoffFunction
import dev.rockpool.internal.core.connectivity.ExponentialBackoff
import kotlin.time.Duration

/** The backoff of the current configuration. */
internal class ConfiguredBackoff(private val config: () -> PoolConfig) : BackoffFunction {
    override fun after(failures: Int, random: Double): Long {
        val config = config()
        return config.backoff.nanosAfter(failures, random, config.name)
    }
}

/**
 * The pause after this many failures, in nanoseconds. If a custom strategy fails, the default is used for that pause.
 *
 * @param random uniform in 0..1, for the jitter
 * @param pool the name of the pool, for the log
 */
internal fun Backoff.nanosAfter(failures: Int, random: Double, pool: String): Long =
    when (this) {
        is Backoff.Fixed -> pause.inWholeNanoseconds
        is Backoff.Exponential -> nanos().after(failures, random)
        is Backoff.Custom ->
            ask(failures, pool)?.inWholeNanoseconds ?: Backoff.Exponential().nanos().after(failures, random)
    }

private fun Backoff.Custom.ask(failures: Int, pool: String): Duration? =
    try {
        val pause: Duration = pauseAfter(failures)
        pause
            .takeIf { it.isPositive() && it.isFinite() }
            .also {
                if (it == null) logWarn { "pool '$pool': the custom backoff returned $pause; the default is used" }
            }
    } catch (e: Throwable) { // user code, so Errors too
        logWarn(e) { "pool '$pool': the custom backoff failed; the default is used" }
        null
    }

private fun Backoff.Exponential.nanos() =
    ExponentialBackoff(initial.inWholeNanoseconds, factor, max.inWholeNanoseconds, jitter)
