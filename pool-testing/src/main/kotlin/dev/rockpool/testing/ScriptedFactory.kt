package dev.rockpool.testing

import dev.rockpool.BlockingConnectionFactory
import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import dev.rockpool.ReturnState
import dev.rockpool.internal.base.PeekingFactory
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.runBlocking

/**
 * A factory of [FakeConnection]s with a [Script] for each kind of call: a call can succeed, fail, hang, take time, or
 * return null. Thread-safe.
 *
 * Use the factory itself for a coroutine pool, also in virtual time. Use [blocking] for a pool that calls its factory
 * on threads, in real time.
 */
public class ScriptedFactory : ConnectionFactory<FakeConnection> {
    private val numbers = AtomicInteger()
    private val arrived = CopyOnWriteArrayList<FakeConnection>()
    private val threads = SupervisorJob()

    public val opens: Script = Script()
    public val closes: Script = Script()
    public val probes: Script = Script()
    public val resets: Script = Script()

    /** Script for `findLost`, which asks the server which connections it has lost. */
    public val questions: Script = Script()

    /** Script for `inspect`. It runs in real time, on the thread that releases, before the connection is inspected. */
    public val inspects: Script = Script()

    /** Script for `abort`. It runs in real time, on the thread that aborts. */
    public val aborts: Script = Script()

    /** Script for `peek`, in real time. While it is null, the pool cannot peek, and keeps no connection fresh. */
    @get:JvmSynthetic @set:JvmSynthetic internal var peeks: Script? = null

    /** Whether a peek sees that a connection is broken. Otherwise only a probe does. */
    @get:JvmSynthetic @set:JvmSynthetic internal var peekSees: Boolean = true

    /** How a failed open is classified. */
    @Volatile public var failure: ConnectFailure = ConnectFailure.TRANSIENT

    /**
     * How many connections the server allows. An open beyond that fails once its step is over, and is classified as
     * [ConnectFailure.FULL]. Default: no limit.
     */
    @Volatile public var places: Int = Int.MAX_VALUE

    /** Every connection that was ever opened, in order. */
    public val connections: List<FakeConnection>
        get() = arrived

    /** Connections that were opened and not closed. */
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
     * The same factory, scripts and connections, for a pool that calls its factory on threads. Steps take real time and
     * block the thread that they run on.
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

    /** The factory that a pool gets. */
    @JvmSynthetic
    internal fun forPool(): ConnectionFactory<FakeConnection> =
        when (val script = peeks) {
            null -> this
            else ->
                object : ConnectionFactory<FakeConnection> by this, PeekingFactory<FakeConnection> {
                    override fun canPeek(connection: FakeConnection): Boolean = true

                    override fun peek(connection: FakeConnection): Boolean {
                        playOnThread(script)
                        return !(peekSees && connection.isBroken)
                    }
                }
        }

    /** Releases every thread that hangs or waits in a call. Such calls fail, and so does every later one that waits. */
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

    private class NoPlaceException(places: Int) : IllegalStateException("no session left: all $places are in use")

    /** Returns null for a type that Kotlin treats as non-null. */
    @Suppress("UNCHECKED_CAST") private fun <T> nothing(): T = null as T
}
