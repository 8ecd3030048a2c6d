package dev.rockpool.internal.core.sizing

import dev.rockpool.SizeWindow
import dev.rockpool.SizingStrategy
import java.time.Duration
import java.util.Random
import kotlin.math.exp
import kotlin.math.min

/** How many leases a server ends per second with so many connections. */
internal fun interface Curve {
    fun leasesPerSecond(size: Int): Double
}

/** Cores that contend (Gunther's universal scalability law): throughput rises up to [optimum] and falls after it. */
internal fun processors(optimum: Int, contention: Double = 0.0, scale: Double = 2_000.0) = Curve { size ->
    val coherency = (1 - contention) / (optimum.toDouble() * optimum)
    scale / optimum * size / (1 + contention * (size - 1) + coherency * size * (size - 1.0))
}

/** Calls that wait, for a disk for example: every connection helps up to [optimum], and none after it. */
internal fun waits(optimum: Int, scale: Double = 2_000.0) = Curve { size -> scale * min(size, optimum) / optimum }

/** The size does not matter. */
internal val FLAT = Curve { 1_500.0 }

/** The size with the highest throughput; the smallest, if there are several. */
internal fun Curve.best(sizes: IntRange): Int = sizes.maxByOrNull(::leasesPerSecond)!!

/** Runs a strategy against a load, one window of half a virtual second after another. */
internal class SimulatedLoad(
    var curve: Curve,
    private val sizes: IntRange,
    start: Int,
    private val noise: Double = 0.01,
    seed: Long = 1,
    private val strategy: SizingStrategy = ThroughputSizer(seed),
) {
    private val random = Random(seed)

    /** The share of each window with waiting callers, and whether it is disturbed. */
    var exhausted = 1.0
    var disturbed = false

    /** Which part of the server works. */
    var works = 1.0

    /** The size of each window so far, and the size decided for after it. */
    val tried = ArrayList<Int>()
    val decided = ArrayList<Int>()
    val moves = ArrayList<Int>()
    var leases = 0.0
    private var size = start

    val decision
        get() = decided.last()

    fun run(seconds: Int): SimulatedLoad = apply { repeat(seconds * WINDOWS_PER_SECOND) { window() } }

    fun window() {
        val before = decided.lastOrNull() ?: size
        val perSecond = curve.leasesPerSecond(size) * works * exp(noise * random.nextGaussian())
        val ended = Math.round(perSecond / WINDOWS_PER_SECOND)
        tried += size
        leases += ended
        size =
            strategy.next(
                SizeWindow(size, sizes.first, sizes.last, Duration.ofMillis(500), ended, exhausted, disturbed)
            )
        decided += strategy.size
        if (strategy.size != before) moves += tried.size
    }

    /** Leases per second over the next so many seconds. */
    fun throughputOver(seconds: Int): Double {
        val before = leases
        run(seconds)
        return (leases - before) / seconds
    }

    companion object {
        const val WINDOWS_PER_SECOND = 2
    }
}
