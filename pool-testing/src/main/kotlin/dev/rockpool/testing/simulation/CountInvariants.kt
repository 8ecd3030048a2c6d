package dev.rockpool.testing.simulation

import dev.rockpool.PoolStats

/** Laws 28 and 35: the pool's numbers match the model, stay within their limits, and counters never fall. */
internal val COUNTS: List<Invariant> =
    listOf(
        Invariant(Moment.ALWAYS) {
            brokenIf(stats.total + stats.closing > maxOf(stats.maxSize, before.total + before.closing)) {
                "more than ${stats.maxSize} connections"
            }
        },
        Invariant(Moment.ALWAYS) {
            brokenIf(stats.pending != model.queue.size) {
                "${stats.pending} pending, but ${model.queue.size} are waiting: ${model.queue}"
            }
        },
        Invariant(Moment.ALWAYS) {
            val limit = simulation.config.maxPending
            brokenIf(limit != null && stats.pending > limit) { "${stats.pending} pending, but maxPending is $limit" }
        },
        Invariant(Moment.ALWAYS) { brokenIf(fell(before, stats)) { "a counter fell: $before" } },
        Invariant(Moment.ALWAYS) {
            val open = stats.idle + stats.leased + stats.probing + stats.closing
            brokenIf(stats.opened - stats.closed != open.toLong()) {
                "opened ${stats.opened}, closed ${stats.closed}, but $open are open"
            }
        },
        Invariant(Moment.ALWAYS) {
            brokenIf(stats.rejected != model.rejections) {
                "${stats.rejected} rejected, the model counts ${model.rejections}"
            }
        },
        Invariant(Moment.SETTLED) {
            brokenIf(stats.failed != model.failures) { "${stats.failed} failed, the model counts ${model.failures}" }
        },
        Invariant(Moment.ALWAYS) {
            brokenIf(stats.opening > simulation.config.maxConcurrentOpens) {
                "more than ${simulation.config.maxConcurrentOpens} connects at once"
            }
        },
        Invariant(Moment.SETTLED) {
            brokenIf(stats.timedOut != model.timeouts) {
                "${stats.timedOut} timed out, the model counts ${model.timeouts}"
            }
        },
        Invariant(Moment.SETTLED) {
            brokenIf(stats.cancelled > model.cancellations) {
                "${stats.cancelled} cancelled, the model counts only ${model.cancellations}"
            }
        },
        Invariant(Moment.SETTLED) {
            val out = model.held.count { held -> slots.any { holds(it, held) } }
            val returning = model.returning.count { held -> slots.any { holds(it, held) } }
            brokenIf(stats.leased != out + returning) {
                "${stats.leased} leased, but $out are held and $returning are being returned"
            }
        },
        Invariant(Moment.SETTLED) {
            val age = now - history.statsDifferSince
            brokenIf(isPunctual && age > tick && stats.total + stats.closing > 0) {
                "published stats are $age ms old: ${simulation.pool.stats.value}"
            }
        },
    )

private fun fell(before: PoolStats, after: PoolStats) =
    after.acquired < before.acquired ||
        after.opened < before.opened ||
        after.openFailed < before.openFailed ||
        after.closed < before.closed ||
        after.timedOut < before.timedOut ||
        after.cancelled < before.cancelled ||
        after.rejected < before.rejected ||
        after.failed < before.failed
