package dev.rockpool.testing.chaos

import kotlin.time.Duration

/**
 * One fault, and how callers and pool recovered from it.
 *
 * @property begin just before the fault, by `System.nanoTime`
 * @property underLoad whether callers were busy and the pool was full when the fault began
 * @property recovery the time from when the server accepts to the first success; null if there was none in time
 * @property full whether the pool had all its connections again in time
 */
internal class Round(
    val begin: Long,
    val fault: InjectedFault,
    val underLoad: Boolean,
    val recovery: Duration?,
    val full: Boolean,
)

/**
 * The times of a fault, by `System.nanoTime`.
 *
 * @property deadBy when the sessions were dead, if they died; a lease that began later was not active at the time
 * @property acceptsAt since when the server accepts connections again
 * @property lingering sessions that the server may still count because it does not know that they are dead
 */
internal class InjectedFault(val deadBy: Long?, val acceptsAt: Long, val lingering: List<Int> = emptyList())
