package dev.rockpool.testing.simulation

import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * One stream of random decisions. Each part of a simulation has its own, so a change in one part does not shift the
 * others.
 */
internal class SeededRandom(seed: Long, stream: Int) {
    val source: Random = Random(seed * STREAMS + stream)

    fun below(bound: Int): Int = source.nextInt(bound)

    fun oneIn(n: Int): Boolean = source.nextInt(n) == 0

    fun percent(share: Int): Boolean = source.nextInt(100) < share

    fun <T> pick(vararg choices: T): T = choices[source.nextInt(choices.size)]

    fun <T> of(choices: List<T>): T = choices[source.nextInt(choices.size)]

    /** One of these times. They are few and round, so that many things happen at the same time. */
    fun millis(vararg choices: Int): Duration = choices[source.nextInt(choices.size)].milliseconds

    /** One of the choices, with a probability by weight. */
    inline fun <T> weighted(choices: List<T>, weight: (T) -> Int): T {
        var ticket = source.nextInt(choices.sumOf(weight))
        return choices.first { choice ->
            ticket -= weight(choice)
            ticket < 0
        }
    }

    companion object {
        private const val STREAMS = 16L
        const val SETTINGS = 0
        const val SCHEDULE = 1
        const val FAULTS = 2
        const val CALLERS = 3
        const val EVENTS = 4
        const val POOL = 5
        const val PROVING = 6
        const val SESSION_LIMIT = 7
        const val PEEKS = 8
        const val NEIGHBOUR = 9

        /** With the inverse of the seed, because the callers have the rest. */
        const val RACERS = 10
    }
}
