package dev.rockpool.internal.balance

import dev.rockpool.Balance
import dev.rockpool.InvalidConfigException
import dev.rockpool.Pool
import dev.rockpool.internal.engine.EnginePool
import java.util.concurrent.ThreadLocalRandom
import java.util.function.DoubleSupplier
import kotlin.time.Duration

/** Creates balanced pools from checked arguments. Internal, and public only for features and tests. */
public object BalancedPools {
    private val RANDOM = DoubleSupplier { ThreadLocalRandom.current().nextDouble() }

    /**
     * @param weights one for each member, or none
     * @param random uniform in 0 until 1
     */
    public fun <C : Any> create(
        name: String,
        members: List<Pool<C>>,
        balance: Balance,
        weights: List<Int>,
        acquireTimeout: Duration?,
        rampUp: Duration,
        random: DoubleSupplier = RANDOM,
    ): EngineBalancedPool<C> {
        val checked = Members.weights(name, members, weights)
        if (rampUp.isNegative())
            throw InvalidConfigException(name, listOf("rampUp is $rampUp but must not be negative"))
        val pools = members.map { own(it) }
        return EngineBalancedPool(name, pools, checked, balance, acquireTimeout, rampUp, random)
    }

    private fun <C : Any> own(pool: Pool<C>): EnginePool<C> =
        pool as? EnginePool<C> ?: throw IllegalArgumentException("a member is not a pool created by Pool(...): $pool")
}
