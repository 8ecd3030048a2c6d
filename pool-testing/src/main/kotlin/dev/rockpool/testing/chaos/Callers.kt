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
 * @property session the server's process id of its session; null if it got no connection
 * @property leasedAt when it got its connection, by `System.nanoTime` like all times here
 * @property at when it failed
 */
internal class Failure(val session: Int?, val leasedAt: Long, val at: Long, val error: Throwable) {
    override fun toString(): String = (if (session == null) "no connection: " else "session $session: ") + error
}

/** Threads and coroutines that do one transfer after another until stopped, whatever errors they get. */
internal class Callers(private val subject: ChaosSubject, private val bank: Bank, private val settings: ChaosSettings) {
    /** One attempt of one caller. */
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

    /** When transfers succeeded, since [recordSuccesses]. */
    private val successes = ConcurrentLinkedQueue<Long>()
    @Volatile private var isRecording = false
    @Volatile private var stopped = false
    @Volatile private var isPaused = false

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
            while (isPaused && !stopped) pause()
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
                if (attempt.session == null) TimeUnit.NANOSECONDS.sleep(PAUSE_AFTER_REFUSAL.inWholeNanoseconds)
            }
        }
    }

    private suspend fun suspend(random: Random) {
        while (!stopped) {
            while (isPaused && !stopped) delay(1.milliseconds)
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
                if (attempt.session == null) delay(PAUSE_AFTER_REFUSAL)
            }
        }
    }

    /** Reads an answer of [bytes] bytes, as an additional caller. */
    fun ask(bytes: Int) {
        val attempt = Attempt()
        try {
            subject.connection().use { connection ->
                attempt.leased(connection)
                val arrived = largeAnswer(connection, bytes)
                check(arrived == bytes) { "only $arrived of $bytes bytes arrived" }
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

    /** Pauses all callers and waits until all connections are returned. */
    fun pauseAll() {
        isPaused = true
        check(awaitUntil(FaultEnvironment.TIME_LIMIT) { subject.snapshot().leased == 0 }) {
            "callers did not return their connections"
        }
    }

    fun resumeAll() {
        isPaused = false
    }

    private fun succeeded() {
        committed.increment()
        if (isRecording) successes += System.nanoTime()
    }

    private fun failed(attempt: Attempt, error: Exception) {
        if (attempt.committing) inDoubt.increment()
        failures += Failure(attempt.session, attempt.leasedAt, System.nanoTime(), error)
    }

    /** Records from now on when transfers succeed. */
    fun recordSuccesses() {
        isRecording = true
    }

    /** Returns when the first transfer succeeded, at or after [from]. Null if none did within this time. */
    fun firstSuccess(from: Long, within: Duration): Long? {
        val found = awaitUntil(within) { successes.any { it >= from } }
        isRecording = false
        val first = if (found) successes.filter { it >= from }.min() else null
        successes.clear()
        return first
    }

    /** Waits for [count] more successful transfers. Returns false on timeout. */
    fun awaitTransfers(count: Int, within: Duration): Boolean {
        val goal = committed.sum() + count
        return awaitUntil(within) { committed.sum() >= goal }
    }

    /** Stops all callers. Returns how many are stuck. */
    fun stop(within: Duration): Int {
        stopped = true
        awaitUntil(within) { stuck() == 0 }
        return stuck().also { scope.cancel() }
    }

    private fun stuck() = threads.count { it.isAlive } + coroutines.count { it.isActive }

    private companion object {
        /** Keeps callers from retrying at once when a pool rejects them at once. */
        val PAUSE_AFTER_REFUSAL = 10.milliseconds
    }
}
