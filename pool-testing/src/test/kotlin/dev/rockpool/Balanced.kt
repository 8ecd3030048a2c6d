package dev.rockpool

import dev.rockpool.internal.balance.BalancedPools
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.checkNothingLost
import io.kotest.matchers.shouldBe
import java.util.function.DoubleSupplier
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.test.TestScope

/** Several pools and a balanced pool over them. */
internal class Balanced(
    count: Int = 3,
    private val random: Random = Random(1),
    balance: Balance = Balance.RANDOM_OF_TWO,
    weights: List<Int> = emptyList(),
    timeout: Duration? = 30.seconds,
    rampUp: Duration = 10.seconds,
    test: TestScope? = null,
    settings: PoolSettings.(Int) -> Unit = {},
) {
    val factories = List(count) { ScriptedFactory() }
    val members: List<Pool<FakeConnection>> =
        factories.mapIndexed { index, factory ->
            val configured: PoolSettings.() -> Unit = {
                maxSize = 1
                minIdle = 1
                trustWindow = null
                settings(index)
            }
            if (test == null) Pool("member $index", factory, settings = configured)
            else Pool("member $index", factory, test.poolContext, test.timeSource(), settings = configured)
        }
    val pool: BalancedPool<FakeConnection> =
        BalancedPools.create(
            "reads",
            members,
            balance,
            weights,
            timeout,
            rampUp,
            DoubleSupplier { random.nextDouble() },
        )

    /** Leases every connection of every member. */
    suspend fun holdAll(): List<List<Lease<FakeConnection>>> =
        members.map { member -> List(member.config.maxSize) { member.acquire() } }

    fun pending() = members.map { it.snapshot().pending }

    fun leased() = members.map { it.snapshot().leased }

    /** Checks that no caller waits, nothing is leased, and each connection is closed once. */
    suspend fun end() {
        pool.snapshot().pending shouldBe 0
        members.zip(factories).forEach { (member, factory) -> checkNothingLost(member, factory) }
        pool.close(Duration.ZERO)
    }
}

private fun TestScope.timeSource(): TimeSource = testScheduler.timeSource
