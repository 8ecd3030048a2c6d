package dev.rockpool.examples.bench.cases

import dev.rockpool.examples.bench.About
import dev.rockpool.examples.bench.Candidate
import dev.rockpool.examples.bench.Effort
import dev.rockpool.examples.bench.ForkInput
import dev.rockpool.examples.bench.Goal
import dev.rockpool.examples.bench.Metric
import dev.rockpool.examples.bench.ProcessCase
import dev.rockpool.examples.bench.Samples
import dev.rockpool.examples.bench.ServerLink
import dev.rockpool.examples.bench.SuspendingCandidates
import dev.rockpool.examples.bench.peer.SuspendingPeer

/** Many coroutines on few connections. */
internal class SuspendingSaturatedCase :
    ProcessCase(
        About(
            "suspending-saturated",
            "Suspending, saturated",
            "1,000 coroutines of Dispatchers.Default on 10 connections, each yields while it holds one; with timeouts " +
                "where supported",
            "A hold is one turn of the dispatcher, so this is the cost of a hand-over. Each dispatch needlessly wakes an idle " +
                "thread of Dispatchers.IO if there is one. A Semaphore or a Channel has no " +
                "timeouts here: withTimeout around it multiplies its time. HikariCP cannot do this at all: waiters " +
                "occupy the threads that holders need to continue.",
        )
    ) {
    override fun metrics(): List<Metric> = listOf(NANOS)

    override fun candidates(): List<Candidate> = SuspendingCandidates.allAndWithIo()

    override fun goals(): List<Goal> =
        listOf(Goal.over("reactor-pool", NANOS, 2.0), Goal.over("channel", NANOS, 1 / 1.15))

    override fun seconds(effort: Effort): Double = effort.untilCompiled().seconds(1)

    override fun measure(input: ForkInput, server: ServerLink): Samples {
        val effort = input.effort()
        return SuspendingPeer.named(input.candidate).open(SIZE).use { pool ->
            val samples = Samples()
            val warmUp = WarmUp(effort.untilCompiled())
            while (!warmUp.isOver()) SuspendingLoops.crowd(pool, COROUTINES, HOLDS)
            repeat(effort.windows()) {
                samples.add(
                    NANOS.key(),
                    during(effort.windowSeconds()) { SuspendingLoops.crowd(pool, COROUTINES, HOLDS) }.average(),
                )
            }
            samples
        }
    }

    private companion object {
        const val SIZE = 10
        const val COROUTINES = 1_000
        const val HOLDS = 20
        val NANOS: Metric = Metric.less("nanos", "ns per cycle")
    }
}

/** Repeats [block] for this time, at least once. */
internal inline fun during(seconds: Double, block: () -> Double): List<Double> {
    val end = System.nanoTime() + (seconds * 1e9).toLong()
    val results = mutableListOf<Double>()
    do results += block() while (System.nanoTime() < end)
    return results
}
