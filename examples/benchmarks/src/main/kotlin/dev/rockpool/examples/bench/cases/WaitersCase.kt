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

/** From one waiting coroutine to a hundred thousand. */
internal class WaitersCase :
    ProcessCase(
        About(
            "waiters",
            "Scale, waiters",
            "1 to 100,000 coroutines wait for 10 connections, each yields while it holds one; then, memory",
            "With 100,000 the results of all candidates include the time to start them and the cache misses of the dispatcher's queue. " +
                "The memory is what waiting adds to an existing coroutine, with compressed references.",
        )
    ) {
    override fun metrics(): List<Metric> = LEVELS.map { it.nanos } + BYTES

    override fun candidates(): List<Candidate> = SuspendingCandidates.all().filter { it.peer() != "hikaricp" }

    override fun goals(): List<Goal> =
        listOf(Goal.flat("ns per cycle, 1 to 100,000 waiters", LEVELS.map { it.nanos }, 1.5))

    override fun seconds(effort: Effort): Double = effort.secondsOfLevels(LEVELS.size) + STARTING_SECONDS

    override fun measure(input: ForkInput, server: ServerLink): Samples {
        val effort = input.effort()
        val samples = Samples()
        SuspendingPeer.named(input.candidate).open(SIZE).use { pool ->
            for (level in LEVELS) {
                val crowd = { SuspendingLoops.crowd(pool, SIZE + level.waiters, level.holds) }
                during(effort.level(level == LEVELS.first()).warmUpSeconds(), crowd)
                repeat(effort.windows()) {
                    samples.add(level.nanos.key(), during(effort.windowSeconds(), crowd).average())
                }
            }
            samples.add(BYTES.key(), SuspendingLoops.bytesPerWaiter(pool, SIZE, MEASURED_WAITERS))
        }
        return samples
    }

    private class Level(val waiters: Int) {
        /** Enough holds that starting the coroutines hardly matters. */
        val holds: Int = maxOf(LEAST_HOLDS, CYCLES / (SIZE + waiters))
        val nanos: Metric = Metric.less("nanos-$waiters", "ns per cycle, %,d waiting".format(waiters))
    }

    private companion object {
        const val SIZE = 10
        const val CYCLES = 20_000
        const val LEAST_HOLDS = 5
        /** The time to start hundreds of thousands of coroutines, repeatedly. */
        const val STARTING_SECONDS = 3.0
        const val MEASURED_WAITERS = 20_000
        val BYTES: Metric = Metric.less("bytes", "bytes per waiting coroutine")
        val LEVELS: List<Level> = listOf(1, 100, 10_000, 100_000).map { Level(it) }
    }
}
