package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.Script
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.ScriptedHooks
import dev.rockpool.testing.Step
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.LocalDate
import java.util.Optional
import java.util.concurrent.TimeoutException
import java.util.stream.IntStream
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

private val FAULT = IllegalStateException("fault")

private enum class Behaviour(val step: Step) {
    OK(Step.Succeed),
    ERROR(Step.Fail(FAULT)),
    SLOW(Step.After(60.milliseconds)),
    NEVER(Step.Hang),
}

/** One behaviour for each kind of call that a pool makes: 4^7 combinations. */
private class Faults(index: Int) {
    val factory = ScriptedFactory()
    val hooks = ScriptedHooks()
    private val scripts: List<Pair<String, Script>> =
        listOf(
            "open" to factory.opens,
            "probe" to factory.probes,
            "reset" to factory.resets,
            "close" to factory.closes,
            "afterOpen" to hooks.afterOpens,
            "beforeLend" to hooks.beforeLends,
            "afterReturn" to hooks.afterReturns,
        )
    private val behaviours = scripts.indices.map { Behaviour.entries[(index shr (2 * it)) % Behaviour.entries.size] }

    init {
        scripts.zip(behaviours).forEach { (script, behaviour) -> script.second.otherwise = behaviour.step }
    }

    /** Whether a caller may fail with this: it timed out, or its own connection failed. */
    fun explain(failure: Throwable): Boolean =
        when (failure) {
            is AcquireTimeoutException -> true
            is ConnectFailedException -> failure.cause === FAULT && behaviourOf("beforeLend") == Behaviour.ERROR
            is TimeoutException -> Behaviour.NEVER in listOf(behaviourOf("reset"), behaviourOf("afterReturn"))
            else -> failure === FAULT && Behaviour.ERROR in listOf(behaviourOf("reset"), behaviourOf("afterReturn"))
        }

    private fun behaviourOf(call: String) = behaviours[scripts.indexOfFirst { it.first == call }]

    fun heal() = scripts.forEach { it.second.otherwise = Step.Succeed }

    override fun toString() = scripts.zip(behaviours) { (name, _), behaviour -> "$name $behaviour" }.joinToString()

    companion object {
        const val COMBINATIONS = 1 shl 14
        const val CALLS = 7

        /** Twice and three times a behaviour, in the field of four elements, whose sum is `xor`. */
        private val TWICE = intArrayOf(0, 2, 3, 1)
        private val THRICE = intArrayOf(0, 3, 1, 2)

        /** Each of the 16 parts has every combination of any four of the seven calls. Two check sums number it. */
        fun partOf(index: Int): Int {
            fun behaviour(call: Int) = index shr (2 * call) and 3
            val rest = behaviour(2) xor behaviour(3) xor behaviour(4)
            val weighted = behaviour(2) xor TWICE[behaviour(3)] xor THRICE[behaviour(4)]
            return 4 * (behaviour(0) xor rest xor behaviour(5)) + (behaviour(1) xor weighted xor behaviour(6))
        }
    }
}

/**
 * Law 19 and the fault matrix: the factory calls and hooks show any combination of {ok, error, slow, never}, while
 * callers are served, time out and are cancelled. Size, leases and waiters stay right, and afterwards everything works.
 * An ordinary build runs one of 16 parts of the matrix, another one each day. The profile `proof` runs all of it.
 */
class FaultMatrixTest :
    FunSpec({
        timeout = 1.hours.inWholeMilliseconds // computes, never waits

        test("each part of the matrix has every combination of any four calls") {
            val parts = List(PARTS) { mutableListOf<Int>() }
            for (index in 0 until Faults.COMBINATIONS) parts[Faults.partOf(index)] += index
            for (mask in 0 until (1 shl Faults.CALLS)) if (mask.countOneBits() == 4) {
                val bits =
                    (0 until Faults.CALLS).sumOf { call -> if (mask shr call and 1 == 1) 3 shl (2 * call) else 0 }
                for (part in parts) part.distinctBy { it and bits }.size shouldBe 256
            }
        }

        test("any combination of faults in open, probe, reset, close and hooks, with cancelled callers") {
            val part = part()
            println("FaultMatrixTest: ${part?.let { "-Dmatrix.part=$it" } ?: "every combination"}")
            val wrong =
                IntStream.range(0, Faults.COMBINATIONS)
                    .filter { part == null || Faults.partOf(it) == part }
                    .parallel()
                    .mapToObj { index -> Optional.ofNullable(wrongIn(Faults(index))) }
                    .toList()
                    .mapNotNull { it.orElse(null) }
            if (wrong.isNotEmpty())
                throw AssertionError("${wrong.size} combinations, such as:\n${wrong.take(20).joinToString("\n")}")
        }
    })

private const val PARTS = 16

/** The part of the matrix to run, 0 to 15; null for all of it. */
private fun part(): Int? {
    if (System.getProperty("rockpool.proof").toBoolean()) return null
    return System.getProperty("matrix.part")?.toInt() ?: (LocalDate.now().toEpochDay() % PARTS).toInt()
}

/** Describes what went wrong, or null. */
private fun wrongIn(faults: Faults): String? =
    try {
        runTest(timeout = 60.seconds) {
            val pool =
                Pool(
                    "matrix",
                    faults.factory,
                    backgroundScope.coroutineContext,
                    testScheduler.timeSource,
                    faults.hooks,
                ) {
                    maxSize = 2
                    minIdle = 0
                    connectTimeout = 200.milliseconds
                    probeTimeout = 200.milliseconds
                    resetTimeout = 200.milliseconds
                    closeTimeout = 200.milliseconds
                    trustWindow = 200.milliseconds
                    statsInterval = 200.milliseconds
                    acquireTimeout = 600.milliseconds
                    backoff = Backoff.Fixed(100.milliseconds)
                    failFastAfter = null
                }
            sizesHold(pool) { underFaults(pool, faults) }
            faults.heal()
            delay(3.seconds) // calls that hang have timed out, and connecting is retried
            sizesHold(pool) { List(4) { launch { pool.withConnection { delay(1) } } }.forEach { it.join() } }
            val quiet = pool.snapshot()
            must(quiet.leased == 0 && quiet.pending == 0 && quiet.total + quiet.closing <= 2) { "when quiet: $quiet" }
            pool.close(1.seconds)
            must(pool.snapshot().let { it.total + it.closing } == 0) { "after close: ${pool.snapshot()}" }
            val arrived = faults.factory.connections.size
            must(faults.factory.closes.calls == arrived) {
                "${faults.factory.closes.calls} closes of $arrived connections"
            }
        }
        null
    } catch (e: Throwable) { // names the combination
        "$faults: $e"
    }

/**
 * Callers that use and dirty connections, time out, and are cancelled at different moments. They run twice, so that
 * idle connections become stale.
 */
private suspend fun TestScope.underFaults(pool: Pool<FakeConnection>, faults: Faults) {
    repeat(2) {
        val callers: List<Deferred<Throwable?>> =
            List(6) { i ->
                async {
                    runCatching {
                            pool.withConnection(timeout = if (i == 3) 50.milliseconds else 600.milliseconds) {
                                it.isDirty = i % 2 == 0
                                delay(20)
                            }
                        }
                        .exceptionOrNull()
                }
            }
        delay(10)
        callers[0].cancel()
        delay(70)
        callers[1].cancel()
        delay(100)
        callers[4].cancel()
        callers.forEachIndexed { i, caller -> outcomeHolds(i, caller, faults) }
        delay(500)
    }
}

/** Each caller is served, fails with an expected error, or was cancelled by this test. */
private suspend fun outcomeHolds(number: Int, caller: Deferred<Throwable?>, faults: Faults) {
    caller.join()
    if (caller.isCancelled) {
        must(number in setOf(0, 1, 4)) { "caller $number was cancelled, but not by this test" }
        return
    }
    val failure = caller.await() ?: return
    must(faults.explain(failure)) { "caller $number failed: ${failure.stackTraceToString()}" }
}

private suspend fun TestScope.sizesHold(pool: Pool<*>, work: suspend () -> Unit) {
    val watch =
        backgroundScope.launch {
            while (true) {
                val now = pool.snapshot()
                must(now.total + now.closing <= now.maxSize) { "too many: $now" }
                delay(70)
            }
        }
    work()
    watch.cancel()
}

private inline fun must(holds: Boolean, otherwise: () -> String) {
    if (!holds) throw AssertionError(otherwise())
}
