package dev.rockpool.internal.engine

import dev.rockpool.AutoSize
import dev.rockpool.OverloadControl
import dev.rockpool.PoolConfig
import dev.rockpool.internal.budget.Allowance
import dev.rockpool.internal.core.queue.OverloadSettings
import dev.rockpool.internal.engine.upkeep.SelfSizing
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.Duration

/** Changes the settings of an [Engine] while it runs: on request, or its size by itself. */
internal class EngineChanges<C : Any>(private val engine: Engine<C>, private val allowance: Allowance) {
    private val runtime = engine.runtime
    private val state = runtime.state()
    private val changing = Any()
    private val selfSizing = AtomicReference<SelfSizing>()

    /** Applies new settings. */
    fun reconfigure(next: PoolConfig): Unit = change { next }

    /** Changes the size only, even if other settings are changed at the same time. */
    private fun resize(size: Int): Unit = change {
        it.toBuilder().apply { maxSize = maxOf(size, state.reserved()) }.build()
    }

    /** Lets the pool find its own size. */
    fun autoSize(sizes: AutoSize): AutoSize.Running {
        val sizing = SelfSizing(runtime, engine.numbers, sizes, engine.scopeForCallers(), ::resize)
        check(selfSizing.compareAndSet(null, sizing)) { "pool '${engine.name}' sizes itself already" }
        return sizing.start(engine.connector, engine.ended()) { selfSizing.compareAndSet(sizing, null) }
    }

    private fun change(from: (PoolConfig) -> PoolConfig) {
        val next =
            synchronized(changing) {
                val before = runtime.config()
                from(before).also {
                    EngineCallers.checkSize(it, state)
                    it.changeGuarantee(before, allowance)
                    runtime.config(it)
                }
            }
        val slots = engine.slots
        slots.run(state.size(next.maxSize))
        state.waiters().limits(next.maxPending ?: Int.MAX_VALUE, next.bargingWindow.inWholeNanoseconds)
        state.waiters().failed().overload(next.overload?.nanos())
        slots.run(state.probeRules(next.trustWindow == Duration.ZERO, next.probeOnReturn))
        slots.wakeKeeper()
    }
}

/** These settings for the core. */
internal fun OverloadControl.nanos() = OverloadSettings(target.inWholeNanoseconds, interval.inWholeNanoseconds)
