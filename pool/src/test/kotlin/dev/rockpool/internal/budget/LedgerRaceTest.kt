package dev.rockpool.internal.budget

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.concurrent.thread

private class IdleMember : BudgetMember {
    var idle = 0

    override fun name() = "member"

    override fun idle() = idle

    override fun longestIdle() = 1L

    override fun wake() = Unit
}

/** It has given its permit back, or waits for the ledger. */
private val DONE_OR_WAITS = setOf(Thread.State.TERMINATED, Thread.State.WAITING)

/** Connections of one pool that come back while its keeper gives them up for another pool. */
class LedgerRaceTest :
    FunSpec({
        test("a leased connection that is returned and closed while it is retired leaves no debt") {
            val ledger = Ledger(1)
            val member = IdleMember()
            val rich = checkNotNull(ledger.join(member, 0))
            val poor = checkNotNull(ledger.join(IdleMember(), 0))
            rich.take(1) shouldBe true
            repeat(FairShare.PATIENCE) { poor.take(1) shouldBe false }
            rich.owedEvenIfLeased() shouldBe 1
            var returning: Thread? = null
            rich.pays(0) {
                returning = thread { rich.giveBack() }.also { while (it.state !in DONE_OR_WAITS) Thread.onSpinWait() }
                1
            }
            returning?.join()
            poor.take(1) shouldBe true
            poor.giveBack()
            rich.take(1) shouldBe true
            member.idle = 1
            poor.take(1) shouldBe false
            rich.owed() shouldBe 1
        }
    })
