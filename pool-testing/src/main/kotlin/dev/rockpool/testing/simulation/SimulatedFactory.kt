package dev.rockpool.testing.simulation

import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import dev.rockpool.ReturnState
import kotlin.time.Duration

/** Opens simulated connections; [Faults] decide how each call goes, the [Model] hears of each. */
internal class SimulatedFactory(private val world: SimulationState) : ConnectionFactory<SimulatedConnection> {
    private val model
        get() = world.model

    override suspend fun open(): SimulatedConnection {
        val evictions = model.evictions
        play("open", world.faults.open())
        if (!world.places.hasRoom(model.live)) {
            world.trace.note { "the server is full" }
            throw NoPlace()
        }
        return model.arrived(evictions)
    }

    override suspend fun close(connection: SimulatedConnection) {
        model.closed(connection)
        world.places.closes()
        try {
            call("close", connection, world.config.closeTimeout, world.faults.close())
        } finally {
            world.places.closed()
        }
    }

    override fun abort(connection: SimulatedConnection) {
        world.trace.note { "$connection is aborted" }
        if (world.faults.mishap()) throw Trouble("abort")
    }

    override suspend fun probe(connection: SimulatedConnection): Boolean {
        model.probed(connection)
        call("probe", connection, world.config.probeTimeout, world.faults.probe())
        if (connection.isDead) return false
        connection.trustedAt = world.clock.now
        connection.isDoubted = false
        connection.isUsed = false
        return true
    }

    override fun inspect(connection: SimulatedConnection): ReturnState =
        when {
            world.faults.inspectFails() -> throw Trouble("inspect")
            connection.isBroken -> ReturnState.BROKEN
            connection.isDirty -> ReturnState.DIRTY
            else -> ReturnState.CLEAN
        }

    override suspend fun reset(connection: SimulatedConnection) {
        call("reset", connection, world.config.resetTimeout, world.faults.reset())
        connection.isDirty = false
        connection.usedAt = world.clock.now
        connection.trustedAt = world.clock.now
    }

    override fun classify(error: Throwable): ConnectFailure {
        if (error is Refusal) world.faults.refused()
        world.places.classified(false)
        if (world.faults.mishap() && error !is Refusal) throw Trouble("classify")
        world.places.classified(error is NoPlace)
        return when (error) {
            is Refusal -> ConnectFailure.PERMANENT
            is NoPlace -> ConnectFailure.FULL
            else -> ConnectFailure.TRANSIENT
        }
    }

    private suspend fun call(what: String, connection: SimulatedConnection, limit: Duration, fate: CallOutcome) {
        val now = world.clock.now
        connection.begins(what, now, now + limit.inWholeMilliseconds)?.let {
            if (!world.schedule.isHasty && !world.ending.isForced) world.verdict.breaks(it)
        }
        try {
            play("$what $connection", fate)
        } finally {
            connection.ended(what)
        }
    }

    private suspend fun play(what: String, fate: CallOutcome) {
        world.trace.note { "$what: $fate" }
        fate.play(world.schedule)
    }
}
