package dev.rockpool.internal.core.sizing

import java.util.ArrayDeque
import java.util.PriorityQueue
import java.util.Random
import kotlin.math.ln
import kotlin.math.max

private const val SECOND = 1_000_000_000L

/**
 * Callers that come at random and are served in order by some connections, second by second of virtual time.
 *
 * @param perSecond how many callers come in this second
 * @param hold how long a lease lasts on average, in nanoseconds, with so many leases at once
 */
internal class SimulatedPool(
    private val size: Int,
    seed: Long,
    private val perSecond: (Int) -> Double,
    private val hold: (Int) -> Double,
) {
    private class Lease(val began: Long, val ends: Long)

    private val random = Random(seed)
    private val leases = PriorityQueue<Lease>(compareBy { it.ends })
    private val queue = ArrayDeque<Long>()
    private var exhaustedSince = -1L

    private var arrived = 0
    private var ended = 0L
    private var held = 0L
    private var exhausted = 0L

    /** Callers so far, and those of them that had to wait. */
    var callers = 0
    var waited = 0

    fun run(seconds: Int): List<Usage> = List(seconds) { second(it) }

    private fun second(number: Int): Usage {
        arrived = 0
        ended = 0
        held = 0
        exhausted = 0
        val end = (number + 1) * SECOND
        val rate = perSecond(number)
        var next = number * SECOND + gap(rate)
        while (next < end) {
            endLeases(next)
            arrive(next)
            next += gap(rate)
        }
        endLeases(end)
        if (exhaustedSince >= 0) {
            exhausted += end - exhaustedSince
            exhaustedSince = end
        }
        return Usage(SECOND, arrived.toDouble(), ended, held, exhausted, 0, 0, 0)
    }

    private fun gap(rate: Double) = (-ln(1 - random.nextDouble()) / rate * SECOND).toLong() + 1

    private fun arrive(now: Long) {
        arrived++
        callers++
        if (leases.size < size) {
            begin(now)
            return
        }
        waited++
        if (queue.isEmpty()) exhaustedSince = now
        queue.add(now)
    }

    private fun begin(now: Long) {
        leases += Lease(now, now + (-ln(1 - random.nextDouble()) * hold(leases.size + 1)).toLong())
    }

    private fun endLeases(now: Long) {
        while (leases.isNotEmpty() && leases.peek().ends <= now) {
            val lease = leases.poll()
            ended++
            held += lease.ends - lease.began
            if (queue.isNotEmpty()) serveNext(lease.ends)
        }
    }

    private fun serveNext(now: Long) {
        queue.poll()
        begin(now)
        if (queue.isNotEmpty()) return
        exhausted += now - max(exhaustedSince, 0)
        exhaustedSince = -1
    }
}
