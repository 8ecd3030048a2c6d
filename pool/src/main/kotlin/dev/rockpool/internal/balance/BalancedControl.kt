package dev.rockpool.internal.balance

import dev.rockpool.AutoSize
import dev.rockpool.CallerUsage
import dev.rockpool.ClosedConnection
import dev.rockpool.ConnectionInfo
import dev.rockpool.Diagnosis
import dev.rockpool.HealthStatus
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolEvent
import dev.rockpool.PoolHealth
import dev.rockpool.PoolListener
import dev.rockpool.PoolStats
import dev.rockpool.PoolTracer
import dev.rockpool.ProbeResult
import dev.rockpool.SizeAdvice
import dev.rockpool.SlowLease
import dev.rockpool.internal.engine.Engine
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.merge
import kotlinx.coroutines.flow.shareIn
import kotlinx.coroutines.future.future

/** Operates all members of a balanced pool. What concerns one connection is asked of its member. */
internal class BalancedControl(
    private val pool: EngineBalancedPool<*>,
    private val members: List<Engine<*>>,
    private val scope: CoroutineScope,
) : PoolControl() {
    private val controls = members.map { it.control }

    override val config: PoolConfig
        get() = pool.config

    override fun snapshot(): PoolStats = pool.snapshot()

    /** Those of the members. Callers wait in the queues of several, so the longest queue stands for all. */
    override fun diagnose(): Diagnosis {
        val all = controls.map { it.diagnose() }
        return Diagnosis(
            all.withIndex().joinToString("; ") { (index, one) -> "${members[index].name}: ${one.verdict}" },
            all.flatMap { it.advice }.distinct(),
            all.flatMap { it.leases }.sortedByDescending { it.held },
            all.map { it.waiting }.maxBy { callers -> callers.sumOf { it.count } },
            snapshot(),
        )
    }

    override fun connections(): List<ConnectionInfo> = controls.flatMap { it.connections() }

    override fun recentlyClosed(): List<ClosedConnection> = controls.flatMap { it.recentlyClosed() }

    override fun health(): PoolHealth = sum(controls.map { it.health() })

    override suspend fun check(): PoolHealth = coroutineScope { sum(controls.map { async { it.check() } }.awaitAll()) }

    override fun checkAsync(): CompletableFuture<PoolHealth> = scope.future { check() }

    override suspend fun check(connection: Long): ProbeResult? = throw ofOneMember()

    override fun checkAsync(connection: Long): CompletableFuture<ProbeResult?> = throw ofOneMember()

    override val events: SharedFlow<PoolEvent> by lazy {
        controls.map { it.events }.merge().shareIn(scope, SharingStarted.WhileSubscribed())
    }

    override var leaseEvents: Boolean
        get() = controls.all { it.leaseEvents }
        set(value) = controls.forEach { it.leaseEvents = value }

    override fun resetTimes() = controls.forEach { it.resetTimes() }

    override fun addListener(listener: PoolListener): PoolListener.Registration {
        val open = AtomicInteger(controls.size)
        val untilTheLastIsClosed = PoolListener {
            if (it !is PoolEvent.PoolClosed || open.decrementAndGet() == 0) listener.on(it)
        }
        val all = controls.map { it.addListener(untilTheLastIsClosed) }
        return PoolListener.Registration { all.forEach { it.close() } }
    }

    /** A caller that waits for several members is one wait, in the name of the member that it asked first. */
    override fun addTracer(tracer: PoolTracer): PoolListener.Registration {
        val all = controls.map { it.addTracer(tracer) }
        return PoolListener.Registration { all.forEach { it.close() } }
    }

    override fun evictAll(reason: String) = controls.forEach { it.evictAll(reason) }

    override fun evict(connection: Long, reason: String): Boolean = throw ofOneMember()

    override fun clear(): Int = controls.sumOf { it.clear() }

    override fun removeExpired() = controls.forEach { it.removeExpired() }

    override val isPaused: Boolean
        get() = controls.all { it.isPaused }

    override fun pause() = controls.forEach { it.pause() }

    override fun resume() = controls.forEach { it.resume() }

    override fun reconfigure(config: PoolConfig): Unit =
        throw UnsupportedOperationException(
            "pool '${pool.config.name}' has the settings of its members: reconfigure those, with members[i].control"
        )

    override var watchUsage: Boolean
        get() = controls.all { it.watchUsage }
        set(value) = controls.forEach { it.watchUsage = value }

    override fun advice(): SizeAdvice =
        SizeAdvice(
            SizeAdvice.Kind.UNKNOWN,
            0,
            "the pool has the sizes of its members: ask those for advice",
            emptyList(),
        )

    /** A caller that waits in the queues of several members is counted in each. */
    override fun callers(): List<CallerUsage> =
        controls
            .flatMap { it.callers() }
            .groupBy { it.caller }
            .map { (caller, of) ->
                CallerUsage(
                    caller,
                    of.map { it.held }.reduce { a, b -> a + b },
                    of.map { it.waited }.reduce { a, b -> a + b },
                )
            }
            .sortedByDescending { it.held }

    override fun slowestLeases(): List<SlowLease> =
        controls.flatMap { it.slowestLeases() }.sortedByDescending { it.held }

    override fun autoSize(sizes: AutoSize): AutoSize.Running =
        throw UnsupportedOperationException(
            "pool '${pool.config.name}' has the sizes of its members: let those size themselves, with members[i].control"
        )

    private fun ofOneMember() =
        UnsupportedOperationException(
            "pool '${pool.config.name}' has several members, which number their connections on their own: " +
                "ask one of them, with members[i].control"
        )

    /** Callers are served while one member serves them. */
    private fun sum(all: List<PoolHealth>): PoolHealth {
        val status =
            when {
                all.all { it.isHealthy } -> HealthStatus.HEALTHY
                all.all { it.status == HealthStatus.UNHEALTHY } -> HealthStatus.UNHEALTHY
                else -> HealthStatus.DEGRADED
            }
        val latest = all.filter { it.lastFailure != null }.minByOrNull { checkNotNull(it.lastFailureAgo) }
        val checked = all.filter { it.lastCheckAgo != null }.minByOrNull { checkNotNull(it.lastCheckAgo) }
        return PoolHealth(
            status,
            all.flatMapIndexed { index, health -> health.issues.map { "${members[index].name}: $it" } },
            all.sumOf { it.consecutiveFailures },
            latest?.lastFailure,
            latest?.lastFailureAgo,
            checked?.lastCheckAgo,
            checked?.lastCheckTook,
        )
    }
}
