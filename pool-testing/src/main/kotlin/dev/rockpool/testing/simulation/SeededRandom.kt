package dev.rockpool.testing.simulation

import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** One stream of decisions. Each part of a simulation has its own, so that a change of one does not move the others. */
internal class SeededRandom(seed: Long, stream: Int) {
    val random: Random = Random(seed * STREAMS + stream)

    fun below(bound: Int): Int = random.nextInt(bound)

    fun oneIn(n: Int): Boolean = random.nextInt(n) == 0

    fun percent(share: Int): Boolean = random.nextInt(100) < share

    fun <T> pick(vararg choices: T): T = choices[random.nextInt(choices.size)]

    fun <T> of(choices: List<T>): T = choices[random.nextInt(choices.size)]

    /** One of these times; few and round, so that many things happen in the same tick. */
    fun millis(vararg choices: Int): Duration = choices[random.nextInt(choices.size)].milliseconds

    /** One of the choices, each as often as its weight says. */
    inline fun <T> weighted(choices: List<T>, weight: (T) -> Int): T {
        var ticket = random.nextInt(choices.sumOf(weight))
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
        const val PLACES = 7
    }
}
