package dev.rockpool.internal.engine

import dev.rockpool.PoolControl
import dev.rockpool.PoolEvent
import dev.rockpool.PoolListener
import kotlinx.coroutines.flow.SharedFlow

/** The [PoolControl] of an [Engine]. */
internal class EngineControl<C : Any>(private val engine: Engine<C>) : PoolControl {
    override val events: SharedFlow<PoolEvent>
        get() = engine.events.all

    override var leaseEvents: Boolean = false

    override fun addListener(listener: PoolListener): AutoCloseable = engine.events.add(listener)
}
