package dev.rockpool.testing.chaos

import java.sql.Connection
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.LongAdder
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.postgresql.PGConnection

/**
 * A transfer that failed.
 *
 * @property session the server's number of the session it had; null when it got no connection
 * @property leasedAt when it got its connection, and [at] when it failed, as all times here by `System.nanoTime`
 */
internal class Failure(val session: Int?, val leasedAt: Long, val at: Long, val error: Throwable) {
    override fun toString(): String = (if (session == null) "no connection: " else "session $session: ") + error
}

/** Threads and coroutines that do one transfer after the other until they are stopped, whatever happens to them. */
internal class Callers(private val subject: ChaosSubject, private val bank: Bank, private val settings: ChaosSettings) {
    /** One try of one caller. */
    private class Attempt {
        var session: Int? = null
        var leasedAt = 0L
        var committing = false

        fun leased(connection: Connection) {
            leasedAt = System.nanoTime()
            session = connection.unwrap(PGConnection::class.java).backendPID
        }

        fun commit(connection: Connection) {
            committing = true
            connection.commit()
        }
    }

    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private val threads = mutableListOf<Thread>()
    private val coroutines = mutableListOf<Job>()
    private val committed = LongAdder()
    private val inDoubt = LongAdder()
    val failures = ConcurrentLinkedQueue<Failure>()

    /** When transfers ended well, since [listen]. */
    private val successes = ConcurrentLinkedQueue<Long>()
    @Volatile private var listening = false
    @Volatile private var stopped = false
    @Volatile private var resting = false

    fun committed(): Long = committed.sum()

    fun inDoubt(): Long = inDoubt.sum()

    fun start() {
        repeat(settings.threads) { number ->
            threads += thread(isDaemon = true, name = "chaos caller $number") { block(Random(settings.seed + number)) }
        }
        repeat(settings.coroutines) { number ->
            coroutines += scope.launch { suspend(Random(settings.seed - 1 - number)) }
        }
    }

    private fun block(random: Random) {
        while (!stopped) {
            while (resting && !stopped) pause()
            val attempt = Attempt()
            try {
                subject.connection().use { connection ->
                    attempt.leased(connection)
                    val transfer = bank.draw(random)
                    transfer.begin(connection)
                    transfer.finish(connection)
                    attempt.commit(connection)
                }
                succeeded()
            } catch (e: Exception) {
                failed(attempt, e)
                if (attempt.session == null) TimeUnit.NANOSECONDS.sleep(AFTER_REFUSAL.inWholeNanoseconds)
            }
        }
    }

    private suspend fun suspend(random: Random) {
        while (!stopped) {
            while (resting && !stopped) delay(1.milliseconds)
            val attempt = Attempt()
            try {
                subject.withConnection { connection ->
                    attempt.leased(connection)
                    val transfer = bank.draw(random)
                    transfer.begin(connection)
                    yield()
                    transfer.finish(connection)
                    attempt.commit(connection)
                }
                succeeded()
            } catch (e: Exception) {
                failed(attempt, e)
                if (attempt.session == null) delay(AFTER_REFUSAL)
            }
        }
    }

    /** Asks for an answer of so many bytes, as one more caller, and waits for it. */
    fun ask(bytes: Int) {
        val attempt = Attempt()
        try {
            subject.connection().use { connection ->
                attempt.leased(connection)
                val arrived = largeAnswer(connection, bytes)
                check(arrived == bytes) { "$arrived bytes arrived of $bytes" }
            }
        } catch (e: Exception) {
            failed(attempt, e)
        }
    }

    private fun largeAnswer(connection: Connection, bytes: Int): Int =
        connection.prepareStatement("select repeat('x', ?)").use { statement ->
            statement.setInt(1, bytes)
            statement.executeQuery().use {
                it.next()
                it.getString(1).length
            }
        }

    /** Has everybody return their connections, and do nothing. */
    fun rest() {
        resting = true
        check(awaitUntil(Stage.PATIENCE) { subject.snapshot().leased == 0 }) { "callers do not rest" }
    }

    fun goOn() {
        resting = false
    }

    private fun succeeded() {
        committed.increment()
        if (listening) successes += System.nanoTime()
    }

    private fun failed(attempt: Attempt, error: Exception) {
        if (attempt.committing) inDoubt.increment()
        failures += Failure(attempt.session, attempt.leasedAt, System.nanoTime(), error)
    }

    /** Takes down from now on when transfers end well. */
    fun listen() {
        listening = true
    }

    /** When the first transfer ended well at or after this moment; null when none does within this time. */
    fun firstSuccess(from: Long, within: Duration): Long? {
        val found = awaitUntil(within) { successes.any { it >= from } }
        listening = false
        val first = if (found) successes.filter { it >= from }.min() else null
        successes.clear()
        return first
    }

    /** Waits until so many more transfers ended well. False when that takes longer. */
    fun awaitTransfers(count: Int, within: Duration): Boolean {
        val goal = committed.sum() + count
        return awaitUntil(within) { committed.sum() >= goal }
    }

    /** Has everybody end. Returns how many do not. */
    fun stop(within: Duration): Int {
        stopped = true
        awaitUntil(within) { stuck() == 0 }
        return stuck().also { scope.cancel() }
    }

    private fun stuck() = threads.count { it.isAlive } + coroutines.count { it.isActive }

    private companion object {
        /** So that a pool that turns callers away at once does not see them again at once. */
        val AFTER_REFUSAL = 10.milliseconds
    }
}
