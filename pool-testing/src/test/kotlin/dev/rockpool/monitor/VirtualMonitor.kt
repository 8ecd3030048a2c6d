package dev.rockpool.monitor

import dev.rockpool.testing.PoolTestScope
import java.lang.reflect.Proxy
import java.time.Instant
import java.time.InstantSource
import java.util.concurrent.ScheduledExecutorService
import java.util.concurrent.ScheduledFuture
import java.util.concurrent.TimeUnit
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

private inline fun <reified T> nothing(): T =
    Proxy.newProxyInstance(T::class.java.classLoader, arrayOf(T::class.java)) { _, method, _ ->
        throw UnsupportedOperationException(method.name)
    } as T

/** Runs what is repeated as a coroutine of the test, in virtual time. */
internal class VirtualScheduler(private val scope: CoroutineScope) : ScheduledExecutorService by nothing() {
    override fun scheduleWithFixedDelay(
        command: Runnable,
        initialDelay: Long,
        delay: Long,
        unit: TimeUnit,
    ): ScheduledFuture<*> {
        val running =
            scope.launch {
                delay(unit.toNanos(initialDelay).nanoseconds)
                while (true) {
                    command.run()
                    delay(unit.toNanos(delay).nanoseconds)
                }
            }
        return object : ScheduledFuture<Any> by nothing() {
            override fun cancel(mayInterruptIfRunning: Boolean): Boolean {
                running.cancel()
                return true
            }
        }
    }
}

internal val START: Instant = Instant.parse("2030-01-01T00:00:00Z")

/** Remembers what a monitor has said. */
internal class Told : MonitorListener {
    private val all = ArrayList<String>()

    override fun triggered(alert: Alert) {
        all += "${alert.rule.name} ${alert.rule.level} fires"
    }

    override fun resolved(alert: Alert) {
        all += "${alert.rule.name} ${alert.rule.level} is over"
    }

    fun now(): List<String> = all.toList().also { all.clear() }
}

/** A monitor of the test's pool in its virtual time. Ends with the pool. */
internal class VirtualMonitor(test: PoolTestScope, settings: MonitorSettings.() -> Unit = {}) {
    private val began = test.timeSource.markNow()
    val told = Told()
    val monitor: PoolMonitor =
        PoolMonitor(test.pool) {
            clock = InstantSource { now() }
            scheduler = VirtualScheduler(test)
            listener(told)
            settings()
        }

    fun now(): Instant = START.plus(began.elapsedNow().toJavaDuration())

    fun last(time: Duration): PoolFigures = monitor.history(now().minus(time.toJavaDuration()), now())
}
