package dev.rockpool.testing.simulation

import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import dev.rockpool.ReturnState
import kotlin.time.Duration

/** Opens simulated connections. [Faults] decides the outcome of each call, and the [Model] records it. */
internal class SimulatedFactory(private val simulation: SimulationState) : ConnectionFactory<SimulatedConnection> {
    private val model
        get() = simulation.model

    override suspend fun open(): SimulatedConnection {
        val evictions = model.evictions
        play("open", simulation.faults.open())
        if (!simulation.sessionLimit.hasRoom(model.live)) {
            simulation.trace.note { "the server is full" }
            throw ServerFull()
        }
        return model.arrived(evictions)
    }

    override suspend fun close(connection: SimulatedConnection) {
        model.closed(connection)
        simulation.sessionLimit.closes()
        try {
            call("close", connection, simulation.config.closeTimeout, simulation.faults.close())
        } finally {
            simulation.sessionLimit.closed()
        }
    }

    override fun abort(connection: SimulatedConnection) {
        simulation.trace.note { "$connection is aborted" }
        if (simulation.faults.unexpectedFailure()) throw TransientFailure("abort")
    }

    override suspend fun probe(connection: SimulatedConnection): Boolean {
        model.probed(connection)
        call("probe", connection, simulation.config.probeTimeout, simulation.faults.probe())
        if (connection.isDead) return false
        connection.trustedAt = simulation.clock.now
        connection.isStale = false
        connection.isUsed = false
        return true
    }

    override fun inspect(connection: SimulatedConnection): ReturnState =
        when {
            simulation.faults.inspectFails() -> throw TransientFailure("inspect")
            connection.isBroken -> ReturnState.BROKEN
            connection.isDirty -> ReturnState.DIRTY
            else -> ReturnState.CLEAN
        }

    override suspend fun reset(connection: SimulatedConnection) {
        call("reset", connection, simulation.config.resetTimeout, simulation.faults.reset())
        connection.isDirty = false
        connection.usedAt = simulation.clock.now
        connection.trustedAt = simulation.clock.now
    }

    override fun classify(error: Throwable): ConnectFailure {
        if (error is PermanentFailure) simulation.faults.refused()
        simulation.sessionLimit.classified(false)
        if (simulation.faults.unexpectedFailure() && error !is PermanentFailure) throw TransientFailure("classify")
        simulation.sessionLimit.classified(error is ServerFull)
        return when (error) {
            is PermanentFailure -> ConnectFailure.PERMANENT
            is ServerFull -> ConnectFailure.FULL
            else -> ConnectFailure.TRANSIENT
        }
    }

    private suspend fun call(what: String, connection: SimulatedConnection, limit: Duration, outcome: CallOutcome) {
        val now = simulation.clock.now
        connection.begins(what, now, now + limit.inWholeMilliseconds)?.let {
            if (!simulation.schedule.jumpsAhead && !simulation.closing.isForced) simulation.violations.report(it)
        }
        try {
            play("$what $connection", outcome)
        } finally {
            connection.ended(what)
        }
    }

    private suspend fun play(what: String, outcome: CallOutcome) {
        simulation.trace.note { "$what: $outcome" }
        outcome.play(simulation.schedule)
    }
}
