package dev.rockpool.testing.chaos

import kotlin.time.Duration

/**
 * One fault, and what followed.
 *
 * @property begin when it was about to strike, by `System.nanoTime`
 * @property underLoad whether callers were busy and the pool had all its connections when it struck
 * @property recovery from the moment the server accepts to the first success; null: none in time
 * @property full whether the pool had all its connections again in time
 */
internal class Round(
    val begin: Long,
    val struck: Struck,
    val underLoad: Boolean,
    val recovery: Duration?,
    val full: Boolean,
)

/**
 * How a fault went, by `System.nanoTime`.
 *
 * @property deadBy when the sessions were dead, if they died: a lease that began later cannot have been out
 * @property acceptsAt since when the server can be reached again
 * @property lingering sessions that the server has not been told to be dead, and may go on counting
 */
internal class Struck(val deadBy: Long?, val acceptsAt: Long, val lingering: List<Int> = emptyList())
