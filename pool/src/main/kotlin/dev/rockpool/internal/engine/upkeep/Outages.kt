package dev.rockpool.internal.engine.upkeep

import dev.rockpool.internal.core.upkeep.Plan
import dev.rockpool.internal.engine.report.Outage
import dev.rockpool.internal.engine.runtime.LastConnectFailure
import dev.rockpool.internal.engine.runtime.PoolRuntime
import dev.rockpool.internal.engine.runtime.SlotPool
import dev.rockpool.internal.engine.runtime.logWarn

/** Carries out what a plan says of an outage: callers fail at once, or may wait again. */
internal class Outages(private val runtime: PoolRuntime<*>) {
    private val waiters = runtime.state().waiters()

    fun follow(plan: Plan<*>, latest: LastConnectFailure?) {
        if (plan.isDown && latest != null) {
            if (!waiters.isRefusing)
                logWarn { "pool '${runtime.name()}' is down: callers fail at once: ${latest.cause}" }
            refuse(runtime.slots(), Outage(plan.downSince(), latest.kind, latest.cause))
            if (!runtime.retry().isFailing) waiters.admit() // a connect succeeded between the plan and this
        } else {
            waiters.admit()
        }
    }

    private fun <C> refuse(slots: SlotPool<C>, why: Outage) = slots.run(slots.state().waiters().refuse(why))
}
