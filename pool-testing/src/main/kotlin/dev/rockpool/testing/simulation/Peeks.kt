package dev.rockpool.testing.simulation

import dev.rockpool.ConnectionFactory
import dev.rockpool.internal.base.PeekingFactory
import dev.rockpool.internal.core.slot.Slot
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** What a peek sees. In most seeds the pool cannot peek, and keeps no connection fresh. */
internal class Peeks(private val random: SeededRandom, private val faults: Faults) {
    /** A fifth of the seeds. The draw is chosen so that seeds that found faults earlier are not among them. */
    val isOn: Boolean = isOn(random)

    /** How many more rounds the callers get, because the first ones fill the pool. */
    val moreRounds: Int = if (isOn) MORE_ROUNDS else 0

    /** How long callers and events pause, mostly until the same moment, so that all connections become stale. */
    fun lull(now: Long): Duration = if (random.oneIn(4)) Duration.ZERO else (RHYTHM - now % RHYTHM).milliseconds

    /** A session has ended. [slots] are those of the pool. */
    fun ended(connection: SimulatedConnection, slots: List<Slot<SimulatedConnection>>) {
        if (connection.isDead) return
        connection.isDead = true
        if (!isOn) return
        connection.isSeenDead = random.percent(70)
        connection.endedWhileKept = connection.isSeenDead && slots.any { it.isKept && it.connection() === connection }
    }

    /** The factory with peeks, if this seed has them. */
    fun over(factory: ConnectionFactory<SimulatedConnection>, trace: Trace): ConnectionFactory<SimulatedConnection> =
        if (isOn) Peeking(factory, trace) else factory

    private inner class Peeking(factory: ConnectionFactory<SimulatedConnection>, private val trace: Trace) :
        ConnectionFactory<SimulatedConnection> by factory, PeekingFactory<SimulatedConnection> {
        override fun canPeek(connection: SimulatedConnection): Boolean = random.percent(90)

        override fun peek(connection: SimulatedConnection): Boolean {
            val isAlive = !connection.isSeenDead && !faults.unexpectedPeek(random)
            trace.note { "$connection is peeked at: ${if (isAlive) "alive" else "unsure"}" }
            return isAlive
        }
    }

    companion object {
        /** In milliseconds: longer than the trust window, and not a multiple of it. */
        private const val RHYTHM = 330L
        private const val MORE_ROUNDS = 4

        fun isOn(random: SeededRandom): Boolean = random.below(5) == 1
    }
}
