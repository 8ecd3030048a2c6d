package dev.rockpool.internal.engine

import dev.rockpool.PoolControl
import dev.rockpool.PoolEvent
import dev.rockpool.PoolListener
import kotlinx.coroutines.flow.SharedFlow

/** The [PoolControl] of an [Engine]. */
internal class EngineControl<C : Any>(private val engine: Engine<C>) : PoolControl {
    override val events: SharedFlow<PoolEvent>
        get() = engine.events.all

    @Volatile
    override var leaseEvents: Boolean = false
        set(value) {
            field = value
            engine.lending.notes().tellLeases(value)
        }

    override fun resetTimes(): Unit = engine.times.reset()

    override fun addListener(listener: PoolListener): AutoCloseable = engine.events.add(listener)
}
