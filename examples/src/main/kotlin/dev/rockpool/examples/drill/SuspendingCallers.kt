package dev.rockpool.examples.drill

import dev.rockpool.Caller
import dev.rockpool.jdbc.JdbcPool
import java.time.Duration
import java.util.concurrent.ThreadLocalRandom
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeoutOrNull

/** Coroutines that use the pool's suspending functions. */
internal class SuspendingCallers(
    settings: Settings,
    private val pool: JdbcPool,
    private val workload: Workload,
    private val meter: Meter,
) : Callers {
    private val count = settings.callers()
    private val name = Caller(settings.workload().toString())
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private var callers: List<Job> = emptyList()

    @Volatile private var stopped = false

    override fun start() {
        callers = List(count) { number -> scope.launch(name) { call(number) } }
    }

    override fun occupancy(): Occupancy = Occupancy.of(pool.snapshot())

    override fun stop(patience: Duration): Int {
        stopped = true
        runBlocking { withTimeoutOrNull(patience.toKotlinDuration()) { callers.joinAll() } }
        return callers.count { it.isActive }
    }

    override fun close(grace: Duration) {
        runBlocking { pool.close(grace.toKotlinDuration()) }
        scope.cancel()
    }

    private suspend fun call(number: Int) {
        while (!stopped) {
            val asked = System.nanoTime()
            var leased = 0L
            val attempt = runCatching { operate { leased = System.nanoTime() } }
            val ended = System.nanoTime()
            val error = attempt.exceptionOrNull()
            when {
                error == null -> meter.done(number, asked, leased, ended)
                error is CancellationException -> throw error
                Errors.isAcquireTimeout(error) -> meter.timedOut(number, asked, ended)
                else -> meter.failed(error)
            }
            if (leased == 0L) delay(Callers.AFTER_REFUSAL.toKotlinDuration())
        }
    }

    private suspend inline fun operate(crossinline onLeased: () -> Unit) {
        if (workload.isTransactional) {
            pool.transaction { connection ->
                onLeased()
                workload.run(connection, ThreadLocalRandom.current())
            }
        } else {
            pool.withConnection { connection ->
                onLeased()
                workload.run(connection, ThreadLocalRandom.current())
            }
        }
    }
}
