package dev.rockpool.testing.simulation

import dev.rockpool.PoolStats

/** Laws 28 and 35: the numbers of the pool are those of the model, never above the limit, and never fall. */
internal val COUNTS: List<Law> =
    listOf(
        Law(Moment.ALWAYS) {
            "more than ${stats.maxSize} connections"
                .takeIf { stats.total + stats.closing > maxOf(stats.maxSize, before.total + before.closing) }
        },
        Law(Moment.ALWAYS) {
            "${stats.pending} pending, and ${model.queue.size} wait: ${model.queue}"
                .takeIf { stats.pending != model.queue.size }
        },
        Law(Moment.ALWAYS) {
            val most = world.config.maxPending
            "${stats.pending} pending, and at most $most may".takeIf { most != null && stats.pending > most }
        },
        Law(Moment.ALWAYS) { "a counter fell: $before".takeIf { fell(before.counters(), stats.counters()) } },
        Law(Moment.ALWAYS) {
            val open = stats.idle + stats.leased + stats.probing + stats.closing
            "opened ${stats.opened}, closed ${stats.closed}, and $open are open"
                .takeIf { stats.opened - stats.closed != open.toLong() }
        },
        Law(Moment.ALWAYS) {
            "${stats.rejected} rejected, and ${model.rejections} were".takeIf { stats.rejected != model.rejections }
        },
        Law(Moment.ALWAYS) {
            "more than ${world.config.maxConcurrentOpens} open at once"
                .takeIf { stats.opening > world.config.maxConcurrentOpens }
        },
        Law(Moment.SETTLED) {
            "${stats.timedOut} timed out, and ${model.timeouts} did".takeIf { stats.timedOut != model.timeouts }
        },
        Law(Moment.SETTLED) {
            "${stats.cancelled} cancelled, and at most ${model.cancellations} were"
                .takeIf { stats.cancelled > model.cancellations }
        },
        Law(Moment.SETTLED) {
            val out = model.held.count { held -> slots.any { holds(it, held) } }
            val returning = model.returning.count { held -> slots.any { holds(it, held) } }
            "${stats.leased} leased; $out are held and $returning on their way back"
                .takeIf { stats.leased != out + returning }
        },
        Law(Moment.SETTLED) {
            val age = now - backlog.statsDifferSince
            "published stats are $age ms old: ${world.pool.stats.value}"
                .takeIf { isPunctual && age > tick && stats.total + stats.closing > 0 }
        },
    )

private fun PoolStats.counters() = longArrayOf(acquired, opened, openFailed, closed, timedOut, cancelled, rejected)

private fun fell(before: LongArray, after: LongArray) = before.indices.any { after[it] < before[it] }
