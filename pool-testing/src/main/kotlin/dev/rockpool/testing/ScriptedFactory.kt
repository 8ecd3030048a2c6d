package dev.rockpool.testing

import dev.rockpool.Condition
import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger

/** A factory of [FakeConnection]s whose every call can be told to succeed, fail, hang or take its time. Thread-safe. */
public class ScriptedFactory : ConnectionFactory<FakeConnection> {
    private val numbers = AtomicInteger()
    private val arrived = CopyOnWriteArrayList<FakeConnection>()

    public val opens: Script = Script()
    public val closes: Script = Script()
    public val probes: Script = Script()
    public val resets: Script = Script()

    /** What happens when the other side is asked which connections it has lost. */
    public val questions: Script = Script()

    /** How a failed open is classified. */
    @Volatile public var failure: ConnectFailure = ConnectFailure.TRANSIENT

    /** Every connection that ever arrived, in that order. */
    public val connections: List<FakeConnection>
        get() = arrived

    /** Those that arrived and were not closed. */
    public val openConnections: List<FakeConnection>
        get() = arrived.filterNot { it.isClosed }

    override suspend fun open(): FakeConnection {
        opens.play()
        return FakeConnection(numbers.incrementAndGet()).also(arrived::add)
    }

    override suspend fun close(connection: FakeConnection) {
        closes.play()
        connection.closed()
    }

    override fun abort(connection: FakeConnection): Unit = connection.aborted()

    override suspend fun probe(connection: FakeConnection): Boolean {
        connection.probed()
        probes.play()
        return !connection.isBroken
    }

    override fun inspect(connection: FakeConnection): Condition =
        when {
            connection.isBroken -> Condition.BROKEN
            connection.isDirty -> Condition.DIRTY
            else -> Condition.CLEAN
        }

    override suspend fun reset(connection: FakeConnection) {
        resets.play()
        connection.wasReset()
    }

    override fun callUnderWay(connection: FakeConnection): Long = connection.callUnderWay

    override suspend fun findLost(silent: List<FakeConnection>, witness: FakeConnection): List<FakeConnection> {
        questions.play()
        return silent.filter { it.isLost }
    }

    override fun classify(error: Throwable): ConnectFailure = failure
}
