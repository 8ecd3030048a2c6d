package dev.rockpool.testing

import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.PoolSettings
import dev.rockpool.PoolStats
import dev.rockpool.blocking.BlockingPool
import io.kotest.core.listeners.AfterTestListener
import io.kotest.core.listeners.BeforeTestListener
import io.kotest.core.spec.style.scopes.FunSpecRootScope
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestType
import io.kotest.engine.test.TestResult
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/**
 * A Kotest extension that gives each test a pool of fake connections in real time. It fails a test that leaves an
 * active lease, a waiting caller, or a connection that is not closed exactly once.
 *
 * ```
 * class OrdersSpec : FunSpec({
 *     val rockpool = extension(PoolPerTest { maxSize = 2 })
 *     test("an order returns its connection") { rockpool.pool.withConnection { ... } }
 * })
 * ```
 *
 * Use [poolTest] for virtual time. Needs kotest-framework-engine. The tests of a spec must run one after another, which
 * is Kotest's default.
 *
 * @param patience how long to wait after a test for work that it started
 * @param settings of the pools; `minIdle` defaults to 0 here
 */
public class PoolPerTest(private val patience: Duration = 5.seconds, settings: PoolSettings.() -> Unit = {}) :
    BeforeTestListener, AfterTestListener {
    private val config = PoolConfig {
        name = "test"
        minIdle = 0
        settings()
    }
    private val watched = CopyOnWriteArrayList<() -> PoolStats>()
    private var fixture: PoolFixture? = null

    /** The pool of the running test. */
    public val pool: Pool<FakeConnection>
        get() = blocking.pool()

    /** The blocking view of the same pool. */
    public val blocking: BlockingPool<FakeConnection>
        get() = current().pool()

    /** The factory behind the pool. */
    public val factory: ScriptedFactory
        get() = current().factory()

    /**
     * Also checks a pool of the spec after each test: no lease is active and no caller waits. The pool is not closed.
     */
    @JvmSynthetic public fun watching(stats: () -> PoolStats): PoolPerTest = apply { watched += stats }

    @JvmSynthetic
    override suspend fun beforeTest(testCase: TestCase) {
        if (testCase.type == TestType.Test) fixture = PoolFixture(config)
    }

    @JvmSynthetic
    override suspend fun afterTest(testCase: TestCase, result: TestResult) {
        if (testCase.type != TestType.Test) return
        fixture?.end(patience.toJavaDuration())
        fixture = null
        watched.forEach { PoolFixture.awaitQuiet(it, patience.toJavaDuration()) }
    }

    private fun current() = checkNotNull(fixture) { "the pool exists only while a test runs" }
}

/** Registers a test that runs as a [dev.rockpool.testing.poolTest], with a pool of fake connections in virtual time. */
@JvmSynthetic
public fun FunSpecRootScope.poolTest(
    name: String,
    factory: () -> ScriptedFactory = ::ScriptedFactory,
    settings: PoolSettings.() -> Unit = {},
    body: suspend PoolTestScope.() -> Unit,
): Unit = test(name) { poolTest(factory(), settings, body = body) }
