package dev.rockpool.internal.engine.report

import dev.rockpool.CallerQuota
import dev.rockpool.internal.core.queue.CallerClass
import dev.rockpool.internal.engine.runtime.PoolRuntime

/** Reads the quotas of a pool. */
internal object CallerQuotas {
    /** The present use of the quota of these callers; null for those without a class. */
    fun of(runtime: PoolRuntime<*>, callers: CallerClass?): CallerQuota {
        val count = runtime.state().callers().count(callers, runtime.config().maxSize)
        return CallerQuota(
            callers?.name(),
            count.max(),
            count.reserved(),
            count.leased(),
            count.waiting(),
            count.reservedForOthers(),
            count.limits(),
        )
    }
}
