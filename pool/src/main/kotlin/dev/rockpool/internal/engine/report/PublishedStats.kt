package dev.rockpool.internal.engine.report

import dev.rockpool.PoolStats
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/**
 * Publishes samples of a pool's numbers. The first is taken when an observer asks for it, because most pools have none.
 *
 * Only the keeper publishes. Any thread may observe.
 */
internal class PublishedStats(private val numbers: PoolNumbers) {
    private class Samples(first: PoolStats) {
        val latest = MutableStateFlow(first)
        val seen: StateFlow<PoolStats> = latest.asStateFlow()
    }

    private val samples = lazy { Samples(numbers.snapshot()) }
    private var publishedAt = 0L

    /** The samples, for observers. */
    val observed: StateFlow<PoolStats>
        get() = samples.value.seen

    /** Publishes if something has changed and the last sample is old enough. Returns when the next one is due. */
    fun publish(now: Long, interval: Long): Long {
        if (!samples.isInitialized() || numbers.current() == samples.value.latest.value) return Long.MAX_VALUE
        val due = publishedAt + interval
        if (now < due && publishedAt != 0L) return due
        publishNow()
        publishedAt = now
        return Long.MAX_VALUE
    }

    /** Publishes the last sample. */
    fun publishNow() {
        if (samples.isInitialized()) samples.value.latest.value = numbers.snapshot()
    }
}
