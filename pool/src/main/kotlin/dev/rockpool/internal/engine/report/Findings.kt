package dev.rockpool.internal.engine.report

import dev.rockpool.PoolStats
import dev.rockpool.readable
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Judges what a diagnosis has seen. Pure, and checked from the most specific cause to the most general.
 *
 * @param timedOut a caller that gave up a moment ago, and counts as if it still waited; null for none
 * @property trouble why the latest connect failed, while it does; null if connecting works
 */
internal class Findings(
    private val leases: List<SeenLease>,
    private val waiting: List<Any?>,
    val stats: PoolStats,
    timedOut: Waiting?,
    private val trouble: String?,
) {
    private class Finding(val verdict: String, val advice: List<String>)

    private val pending = stats.pending + if (timedOut == null) 0 else 1

    /** A lease that lasts for this long is not short. Nor is one that outlasted a caller. */
    private val long = timedOut?.let { minOf(it.waited.nanoseconds, LONG) } ?: LONG
    private val found = find()
    val verdict: String = found.verdict
    val advice: List<String> = found.advice

    private val abandoned
        get() = leases.filter { it.isAbandoned }

    private val nested
        get() = leases.filter { lease -> waiting.any { HeldLease.isHeldBy(lease.holder, it) } }

    private val active
        get() = leases.filter { it.shown.isActive == true }

    private val resting
        get() = leases.filter { it.shown.isActive != true && it.shown.held >= long }

    private fun find(): Finding =
        when {
            stats.paused -> Finding("the pool is paused, so nothing is lent", listOf("call resume()"))
            trouble != null && stats.leased + stats.idle < stats.maxSize ->
                Finding("connecting fails: $trouble", listOf("look at the server and the network, not at the pool"))
            pending == 0 ->
                Finding("no caller waits: ${stats.leased} of ${stats.maxSize} connections are leased", emptyList())
            stats.leased < stats.maxSize ->
                Finding("${callers()} while connections are opened, probed or closed", emptyList())
            else -> exhausted()
        }

    private fun exhausted(): Finding =
        when {
            abandoned.isNotEmpty() -> neverReturned()
            nested.isNotEmpty() -> holdAndWait()
            resting.size * 2 >= leases.size && leases.isNotEmpty() -> heldWithoutUse()
            active.size * 2 >= leases.size && longest(active) >= long -> slow()
            else -> tooMany()
        }

    private fun neverReturned() =
        Finding(
            "${abandoned.size} of ${all()} were never returned: their holders have ended, such as ${name(abandoned)}",
            listOf(
                "close each connection in a finally or use block",
                "set leakThreshold and leakStackTraces: the log then says where they were acquired",
                "set reclaimLeaks, so that the pool takes them back",
            ),
        )

    private fun holdAndWait() =
        Finding(
            "${nested.size} of ${all()} are held by callers that wait for another one, such as ${name(nested)}; they may wait for ever",
            listOf("pass the connection on instead of acquiring a second one", "a larger pool only makes this rarer"),
        )

    private fun heldWithoutUse() =
        Finding(
            "${resting.size} of ${all()} are held ${if (resting.any { it.shown.isActive == false }) "without running anything" else "for long"}, " +
                longestOf(resting),
            listOf(
                "return the connection before slow work such as a call of another service",
                "look at the stacks of the holders below",
            ),
        )

    private fun slow() =
        Finding(
            "${active.size} of ${all()} run statements, ${longestOf(active)}",
            listOf(
                "look at these statements: a plan, an index, or a lock that they wait for",
                "a larger pool helps only if the server is not the limit",
            ),
        )

    private fun tooMany() =
        Finding(
            "${callers()} although leases are short: they take ${stats.times.use.mean.readable()} on average",
            listOf(
                "raise maxSize if the server has room",
                "or send fewer requests at the same time, see maxPending and overload",
            ),
        )

    private fun all() = "${leases.size} leased connections"

    private fun callers() = if (pending == 1) "1 caller waits" else "$pending callers wait"

    private fun longest(of: List<SeenLease>): Duration = of.maxOfOrNull { it.shown.held } ?: Duration.ZERO

    private fun longestOf(of: List<SeenLease>): String = "the longest for ${longest(of).readable()} by ${name(of)}"

    private fun name(of: List<SeenLease>): String =
        of.maxBy { it.shown.held }.shown.run { caller?.let { "'$it'" } ?: holder }

    private companion object {
        val LONG = 1.seconds
    }
}
