package dev.rockpool.internal.registry

import dev.rockpool.BlockingConnectionFactory
import dev.rockpool.BlockingConnectionHooks
import dev.rockpool.Budget
import dev.rockpool.ConnectionFactory
import dev.rockpool.ConnectionHooks
import dev.rockpool.InvalidConfigException
import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolHealth
import dev.rockpool.PoolManager
import dev.rockpool.PoolStats
import dev.rockpool.PoolTable
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.runtime.BlockingFactoryAdapter
import dev.rockpool.internal.engine.runtime.BlockingHooksAdapter
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration
import kotlinx.coroutines.future.await

/** The [PoolManager] of engines. Modules that build on the engine add pools of other types by [getOrCreate]. */
public class EnginePoolManager
internal constructor(
    idlePoolTimeout: Duration?,
    private val budget: Budget?,
    private val context: CoroutineContext,
    private val timeSource: TimeSource,
) : PoolManager {
    private val registry =
        PoolRegistry<String>(checked("manager", idlePoolTimeout)) {
            IllegalStateException("the pool manager is closed, so it has no pool '$it'")
        }

    override val names: Set<String>
        get() = registry.keys

    override fun get(name: String): Pool<*>? {
        val found = registry.find(name) ?: return null
        require(found.pool is Pool<*>) { "pool '$name' is a ${found.pool.javaClass.simpleName}, not a generic pool" }
        return found.pool.takeIf { found.engine.keepOpen() }
    }

    /** The open pool of this name, of any type. Null if there is none. */
    public fun find(name: String): Any? = registry.find(name)?.takeIf { it.engine.keepOpen() }?.pool

    override fun <C : Any> pool(
        factory: ConnectionFactory<C>,
        config: PoolConfig,
        hooks: ConnectionHooks<C>?,
    ): Pool<C> = generic(config, factory, hooks, { factory }, { hooks })

    override fun <C : Any> pool(
        factory: BlockingConnectionFactory<C>,
        config: PoolConfig,
        hooks: BlockingConnectionHooks<C>?,
    ): Pool<C> =
        generic(
            config,
            factory,
            hooks,
            { BlockingFactoryAdapter.of(factory) },
            { hooks?.let { BlockingHooksAdapter.of(it) } },
        )

    @Suppress("UNCHECKED_CAST") // a factory of the same class opens the same kind of connection
    private fun <C : Any> generic(
        config: PoolConfig,
        factory: Any,
        hooks: Any?,
        factoryOf: () -> ConnectionFactory<C>,
        hooksOf: () -> ConnectionHooks<C>?,
    ): Pool<C> {
        val own = shareFor(config)?.let { config.toBuilder().budget(it).build() } ?: config
        val settings = GenericSettings(own, factory.javaClass, hooks?.javaClass)
        val member =
            getOrCreate(config.name, settings) { place ->
                val engine = Engine(own, factoryOf(), hooksOf(), context, timeSource, lifetime = place.lifetime).start()
                PoolMember(engine, engine.pool, settings)
            }
        return member.pool as Pool<C>
    }

    /** The share of the manager's budget that a pool with these settings gets. Null if it has one of its own. */
    public fun shareFor(config: PoolConfig): Budget.Share? = if (config.budget == null) budget?.share() else null

    /**
     * The open pool of this name, created if there is none.
     *
     * @throws InvalidConfigException if an existing pool has other settings
     */
    public fun getOrCreate(name: String, settings: ManagedSettings, create: (PoolPlace) -> PoolMember): PoolMember {
        val member = registry.getOrCreate(name, create)
        val existing = member.settings
        if (existing === settings) return member
        val differences =
            if (existing.javaClass == settings.javaClass) settings.differences(existing as ManagedSettings)
            else listOf("it is a ${settings.kind} but the existing pool is a ${(existing as ManagedSettings).kind}")
        if (differences.isNotEmpty()) throw InvalidConfigException(name, differences)
        return member
    }

    override fun control(name: String): PoolControl? = registry.find(name)?.engine?.control

    override fun stats(): Map<String, PoolStats> = registry.all().mapValues { it.value.engine.snapshot() }

    override fun health(): Map<String, PoolHealth> = registry.all().mapValues { it.value.engine.control.health() }

    override suspend fun remove(name: String, grace: Duration): Boolean {
        val closing = registry.remove(name, grace.toJavaDuration()) ?: return false
        closing.await()
        return true
    }

    override fun remove(name: String, grace: java.time.Duration): Boolean {
        val closing = registry.remove(name, grace) ?: return false
        closing.awaitOnThread()
        return true
    }

    override suspend fun close(grace: Duration) {
        registry.close(grace.toJavaDuration()).await()
        if (timeSource === TimeSource.Monotonic) PoolThreads.awaitUnneeded()
    }

    override fun close(grace: java.time.Duration) {
        if (registry.close(grace).awaitOnThread()) PoolThreads.joinUnneeded()
    }

    override fun toString(): String = "pool manager with pools $names"
}

/** The settings of a managed pool, as far as two of them can be compared. */
public interface ManagedSettings {
    /** The kind of pool, for messages. */
    public val kind: String

    /** How these settings differ from those of an existing pool of the same kind, one sentence each. */
    public fun differences(existing: ManagedSettings): List<String>
}

private class GenericSettings(
    private val config: PoolConfig,
    private val factory: Class<*>,
    private val hooks: Class<*>?,
) : ManagedSettings {
    override val kind: String = "generic pool"

    override fun differences(existing: ManagedSettings): List<String> {
        existing as GenericSettings
        return listOfNotNull(differs("factory", existing.factory, factory), differs("hooks", existing.hooks, hooks)) +
            PoolTable.table.differences(existing.config, config)
    }

    private fun differs(what: String, before: Class<*>?, now: Class<*>?): String? =
        if (before == now) null else "$what is ${named(now)} but the existing pool has ${named(before)}"

    private fun named(type: Class<*>?) = type?.name ?: "none"
}

/** Waits on this thread. If interrupted, returns false with the interrupt flag set. */
internal fun CompletableFuture<Void?>.awaitOnThread(): Boolean =
    try {
        get()
        true
    } catch (_: InterruptedException) {
        Thread.currentThread().interrupt()
        false
    } catch (e: ExecutionException) {
        throw e.cause ?: e
    }
