package dev.rockpool.testing.simulation

import dev.rockpool.PoolStats

/** Laws 28 and 35: the pool's numbers match the model, stay within their limits, and counters never fall. */
internal val COUNTS: List<Invariant> =
    listOf(
        Invariant(Moment.ALWAYS) {
            "more than ${stats.maxSize} connections"
                .takeIf { stats.total + stats.closing > maxOf(stats.maxSize, before.total + before.closing) }
        },
        Invariant(Moment.ALWAYS) {
            "${stats.pending} pending, but ${model.queue.size} are waiting: ${model.queue}"
                .takeIf { stats.pending != model.queue.size }
        },
        Invariant(Moment.ALWAYS) {
            val limit = simulation.config.maxPending
            "${stats.pending} pending, but maxPending is $limit".takeIf { limit != null && stats.pending > limit }
        },
        Invariant(Moment.ALWAYS) { "a counter fell: $before".takeIf { fell(before.counters(), stats.counters()) } },
        Invariant(Moment.ALWAYS) {
            val open = stats.idle + stats.leased + stats.probing + stats.closing
            "opened ${stats.opened}, closed ${stats.closed}, but $open are open"
                .takeIf { stats.opened - stats.closed != open.toLong() }
        },
        Invariant(Moment.ALWAYS) {
            "${stats.rejected} rejected, the model counts ${model.rejections}"
                .takeIf { stats.rejected != model.rejections }
        },
        Invariant(Moment.ALWAYS) {
            "more than ${simulation.config.maxConcurrentOpens} connects at once"
                .takeIf { stats.opening > simulation.config.maxConcurrentOpens }
        },
        Invariant(Moment.SETTLED) {
            "${stats.timedOut} timed out, the model counts ${model.timeouts}"
                .takeIf { stats.timedOut != model.timeouts }
        },
        Invariant(Moment.SETTLED) {
            "${stats.cancelled} cancelled, the model counts only ${model.cancellations}"
                .takeIf { stats.cancelled > model.cancellations }
        },
        Invariant(Moment.SETTLED) {
            val out = model.held.count { held -> slots.any { holds(it, held) } }
            val returning = model.returning.count { held -> slots.any { holds(it, held) } }
            "${stats.leased} leased, but $out are held and $returning are being returned"
                .takeIf { stats.leased != out + returning }
        },
        Invariant(Moment.SETTLED) {
            val age = now - history.statsDifferSince
            "published stats are $age ms old: ${simulation.pool.stats.value}"
                .takeIf { isPunctual && age > tick && stats.total + stats.closing > 0 }
        },
    )

private fun PoolStats.counters() = longArrayOf(acquired, opened, openFailed, closed, timedOut, cancelled, rejected)

private fun fell(before: LongArray, after: LongArray) = before.indices.any { after[it] < before[it] }
