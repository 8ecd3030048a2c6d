package dev.rockpool.testing

import dev.rockpool.BlockingConnectionFactory
import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import dev.rockpool.ReturnState
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.runBlocking

/**
 * A factory of [FakeConnection]s whose every call can be told to succeed, fail, hang, take its time, or return null.
 * Thread-safe.
 *
 * For a pool of coroutines, also in virtual time, it is the factory itself; for one that calls its factory on threads,
 * in real time, there is [blocking].
 */
public class ScriptedFactory : ConnectionFactory<FakeConnection> {
    private val numbers = AtomicInteger()
    private val arrived = CopyOnWriteArrayList<FakeConnection>()
    private val threads = SupervisorJob()

    public val opens: Script = Script()
    public val closes: Script = Script()
    public val probes: Script = Script()
    public val resets: Script = Script()

    /** What happens when the other side is asked which connections it has lost. */
    public val questions: Script = Script()

    /** Played on the thread of whoever releases, in real time, before the connection is looked at. */
    public val inspects: Script = Script()

    /** Played on the thread of whoever aborts, in real time. */
    public val aborts: Script = Script()

    /** How a failed open is classified. */
    @Volatile public var failure: ConnectFailure = ConnectFailure.TRANSIENT

    /**
     * How many connections the other side has places for; an open beyond them fails, once its step is over, and is
     * classified as [ConnectFailure.FULL]. Default: as many as anybody opens.
     */
    @Volatile public var places: Int = Int.MAX_VALUE

    /** Every connection that ever arrived, in that order. */
    public val connections: List<FakeConnection>
        get() = arrived

    /** Those that arrived and were not closed. */
    public val openConnections: List<FakeConnection>
        get() = arrived.filterNot { it.isClosed }

    @JvmSynthetic
    override suspend fun open(): FakeConnection {
        val step = opens.begin()
        step.play()
        return arrive(step)
    }

    @JvmSynthetic
    override suspend fun close(connection: FakeConnection) {
        closes.begin().play()
        connection.closed()
    }

    override fun abort(connection: FakeConnection) {
        connection.aborted()
        playOnThread(aborts)
    }

    @JvmSynthetic
    override suspend fun probe(connection: FakeConnection): Boolean {
        connection.probed()
        probes.begin().play()
        return !connection.isBroken
    }

    override fun inspect(connection: FakeConnection): ReturnState {
        playOnThread(inspects)
        return when {
            connection.isBroken -> ReturnState.BROKEN
            connection.isDirty -> ReturnState.DIRTY
            else -> ReturnState.CLEAN
        }
    }

    @JvmSynthetic
    override suspend fun reset(connection: FakeConnection) {
        resets.begin().play()
        connection.wasReset()
    }

    override fun callUnderWay(connection: FakeConnection): Long = connection.callUnderWay

    @JvmSynthetic
    override suspend fun findLost(silent: List<FakeConnection>, witness: FakeConnection): List<FakeConnection> {
        questions.begin().play()
        return silent.filter { it.isLost }
    }

    override fun classify(error: Throwable): ConnectFailure =
        if (error is NoPlaceException) ConnectFailure.FULL else failure

    /**
     * The same factory, scripts and connections for a pool that calls it on threads: steps take real time and hold the
     * thread they run on.
     */
    public fun blocking(): BlockingConnectionFactory<FakeConnection> =
        object : BlockingConnectionFactory<FakeConnection> {
            override fun open(): FakeConnection = arrive(playOnThread(opens))

            override fun close(connection: FakeConnection) {
                playOnThread(closes)
                connection.closed()
            }

            override fun abort(connection: FakeConnection) = this@ScriptedFactory.abort(connection)

            override fun probe(connection: FakeConnection): Boolean {
                connection.probed()
                playOnThread(probes)
                return !connection.isBroken
            }

            override fun inspect(connection: FakeConnection): ReturnState = this@ScriptedFactory.inspect(connection)

            override fun reset(connection: FakeConnection) {
                playOnThread(resets)
                connection.wasReset()
            }

            override fun classify(error: Throwable): ConnectFailure = this@ScriptedFactory.classify(error)
        }

    /**
     * Lets go of every thread that hangs or waits in a call; such a call fails, and so does every later one that waits.
     */
    public fun end() {
        threads.cancel()
    }

    private fun arrive(step: Step): FakeConnection {
        if (step.returnsNull) return nothing()
        if (openConnections.size >= places) throw NoPlaceException(places)
        return FakeConnection(numbers.incrementAndGet()).also(arrived::add)
    }

    private fun playOnThread(script: Script): Step =
        script.begin().also {
            when (it) {
                Step.Succeed,
                Step.ReturnNull -> Unit
                else -> runBlocking(threads) { it.play() }
            }
        }

    private class NoPlaceException(places: Int) : IllegalStateException("no place left: all $places are taken")

    /** Null where Kotlin allows none. */
    @Suppress("UNCHECKED_CAST") private fun <T> nothing(): T = null as T
}
