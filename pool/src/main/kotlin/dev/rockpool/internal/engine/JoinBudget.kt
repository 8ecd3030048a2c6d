package dev.rockpool.internal.engine

import dev.rockpool.Budget
import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolConfig
import dev.rockpool.internal.budget.Account
import dev.rockpool.internal.budget.Allowance
import dev.rockpool.internal.budget.BudgetMember

/**
 * Joins the budget of this configuration, if it has one. Without one, no member is created.
 *
 * @throws InvalidConfigException if the budget is too small for the guarantee
 */
internal inline fun PoolConfig.joinBudget(member: () -> BudgetMember): Allowance {
    val share = budget ?: return Allowance.UNLIMITED
    return ledger?.join(member(), share.guaranteed) ?: throw tooSmall(share)
}

/**
 * Changes the guarantee of a running pool to that of this configuration.
 *
 * @throws InvalidConfigException if the budget is another one, or too small
 */
internal fun PoolConfig.changeGuarantee(from: PoolConfig, allowance: Allowance) {
    if (ledger !== from.ledger) {
        throw InvalidConfigException(name, listOf("budget is $budget but must stay ${from.budget} while the pool runs"))
    }
    val share = budget ?: return
    if (allowance is Account && ledger?.guarantee(allowance, share.guaranteed) == false) throw tooSmall(share)
}

internal fun PoolConfig.tooSmall(share: Budget.Share): InvalidConfigException {
    val others = share.budget.pools.filter { it.guaranteed > 0 && it.pool != name }
    val given = others.joinToString { "${it.guaranteed} to '${it.pool}'" }
    val problem =
        "budget guarantees ${share.guaranteed} connections but the budget of ${share.budget.total} has guaranteed $given"
    return InvalidConfigException(name, listOf(problem))
}
