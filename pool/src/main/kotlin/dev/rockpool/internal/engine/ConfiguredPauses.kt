package dev.rockpool.internal.engine

import dev.rockpool.Backoff
import dev.rockpool.PoolConfig
import dev.rockpool.internal.core.Pauses
import dev.rockpool.internal.core.Retry.BackoffSettings
import kotlin.time.Duration

/** The pauses that the configuration asks for now. A custom strategy that fails is replaced, for that pause. */
internal class ConfiguredPauses(private val config: () -> PoolConfig) : Pauses {
    override fun after(failures: Int, random: Double): Long {
        val config = config()
        return when (val backoff = config.backoff) {
            is Backoff.Fixed -> backoff.pause.inWholeNanoseconds
            is Backoff.Exponential -> backoff.nanos().after(failures, random)
            is Backoff.Custom ->
                ask(backoff, failures, config.name)?.inWholeNanoseconds
                    ?: Backoff.Exponential().nanos().after(failures, random)
        }
    }

    private fun ask(backoff: Backoff.Custom, failures: Int, pool: String): Duration? =
        try {
            val pause: Duration = backoff.pauseAfter(failures)
            pause
                .takeIf { it.isPositive() && it.isFinite() }
                .also {
                    if (it == null) log.warn { "pool '$pool': the custom backoff said $pause; the default is used" }
                }
        } catch (e: Throwable) { // user code, on the way to an opener's end: Errors too
            log.warn(e) { "pool '$pool': the custom backoff failed; the default is used" }
            null
        }

    private fun Backoff.Exponential.nanos() =
        BackoffSettings(initial.inWholeNanoseconds, factor, max.inWholeNanoseconds, jitter)
}
