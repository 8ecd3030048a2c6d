package dev.rockpool.internal.budget

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import kotlin.random.Random
import kotlin.random.nextInt

/** A pool that does what a keeper does, without connections or time. */
private class ModelPool(private val name: String, private val run: LedgerRun, val guaranteed: Int) : BudgetMember {
    val maxSize = maxOf(guaranteed, run.random.nextInt(1..6))
    var waiting = 0
    var idle = 0
    var leased = 0
    var closing = 0
    var retired = 0
    var idleSince = 0
    lateinit var account: Account

    val total
        get() = idle + leased + closing

    override fun name() = name

    override fun idle() = idle

    override fun longestIdle() = (run.step - idleSince).toLong()

    override fun wake() {
        run.woken += this
    }

    /** One look of the keeper: pays what is owed, serves callers, and opens. */
    fun look() {
        val owed = account.owed()
        if (owed > 0) {
            val closed = minOf(owed, idle)
            idle -= closed
            closing += closed
            val retiring = minOf(owed - closed, account.owedEvenIfLeased(), leased - retired).coerceAtLeast(0)
            retired += retiring
            account.pays(closed) { retiring }
        }
        serve()
        while (waiting > 0 && total < maxSize) {
            val room = allowedByGuarantee()
            val taken = account.take(waiting)
            withClue("$name has $total of $guaranteed guaranteed") { (room && !taken) shouldBe false }
            if (!taken) return
            open()
        }
        account.withdraw()
    }

    private fun open() {
        if (run.random.nextInt(8) == 0) {
            account.giveBack() // the connect failed
            waiting--
            return
        }
        idle++
        serve()
    }

    private fun allowedByGuarantee() = total < guaranteed && run.keepsGuarantees()

    private fun serve() {
        val served = minOf(waiting, idle)
        waiting -= served
        idle -= served
        leased += served
    }

    fun endLease() {
        if (leased == 0) return
        leased--
        if (retired > 0) {
            retired--
            closing++
        } else {
            idle++
            idleSince = run.step
            serve()
        }
    }

    fun endClose() {
        if (closing == 0) return
        closing--
        account.giveBack()
    }
}

/** [fleet]: the permits come from a source, which can take them back or be away. */
private class LedgerRun(val random: Random, private val fleet: Boolean) {
    val woken = ArrayDeque<ModelPool>()
    var step = 0
    private var total = random.nextInt(1..8)
    private var allowed = total
    private val guaranteeable = total
    private var suspended = false
    private val ledger = if (fleet) Ledger(NoSource, total).apply { add(guaranteeable) } else Ledger(total)
    private val pools = mutableListOf<ModelPool>()

    fun run() {
        repeat(random.nextInt(1..3)) { join() }
        repeat(100) {
            step++
            act()
            lookAll()
        }
        if (fleet) resume(enoughForAll())
        repeat(40 + 8 * pools.sumOf { it.waiting }) {
            step++
            pools.forEach { pool ->
                repeat(pool.leased) { pool.endLease() }
                repeat(pool.closing) { pool.endClose() }
                pool.look()
            }
            lookAll()
        }
        withClue("callers starve") { pools.filter { it.waiting > 0 }.map { ledger.accounts() }.shouldBeEmpty() }
        pools.forEach { it.account.leave() }
        ledger.taken() shouldBe 0
    }

    fun keepsGuarantees() = !suspended && pools.sumOf { maxOf(it.total, it.guaranteed) } <= total

    private fun act() {
        val pool = pools.random(random)
        when (random.nextInt(12)) {
            0 -> resize(random.nextInt(1..8))
            1 -> if (fleet && random.nextBoolean()) suspendOrResume() else if (pools.size < 4) join()
            2 -> if (pools.size > 1 && pool.waiting == 0) leave(pool)
            3,
            4,
            5 -> pool.waiting += random.nextInt(1..3)
            6,
            7 -> pool.endClose()
            else -> pool.endLease()
        }
        pools.random(random).look()
    }

    private fun join() {
        val spare =
            (if (fleet) guaranteeable else total) -
                1 -
                pools.sumOf { it.guaranteed } // one permit is guaranteed to nobody
        val pool = ModelPool("pool ${pools.size}", this, if (spare > 0) random.nextInt(0..spare) else 0)
        pool.account = checkNotNull(ledger.join(pool, pool.guaranteed))
        pools += pool
    }

    private fun leave(pool: ModelPool) {
        pools -= pool
        pool.account.leave()
    }

    /** At least one, and not all guaranteed. */
    private fun enoughForAll(): Int {
        val least = maxOf(total, 1)
        return if (least == pools.sumOf { it.guaranteed }) least + 1 else least
    }

    private fun suspendOrResume() {
        if (suspended) return resume(random.nextInt(0..8))
        ledger.suspend()
        suspended = true
        total = minOf(total, pools.sumOf { it.total })
    }

    private fun resume(next: Int) {
        ledger.resume(next)
        suspended = false
        total = next
        allowed = maxOf(allowed, next)
    }

    private fun giveOrTake(next: Int) {
        if (suspended) return
        if (next > total) ledger.add(next - total) else ledger.drop(total - next, 0) shouldBe next
        total = next
        allowed = maxOf(allowed, next)
    }

    private fun resize(next: Int) {
        if (fleet) return giveOrTake(next)
        val done = next > pools.sumOf { it.guaranteed } && ledger.resize(next)
        if (!done) return
        total = next
        allowed = maxOf(allowed, next)
    }

    private fun lookAll() {
        var looks = 0
        while (woken.isNotEmpty()) {
            val pool = woken.removeFirst()
            if (pool in pools) pool.look()
            check(++looks < 1_000) { "pools wake each other for ever: ${ledger.accounts()}" }
            val held = pools.sumOf { it.total }
            ledger.taken() shouldBe held
            held shouldBeLessThanOrEqualTo allowed
            if (held <= total) allowed = total
        }
    }
}

private object NoSource : PermitSource {
    override fun needed() = Unit

    override fun explanation() = "none"
}

/** Random pools that share a ledger, without an engine. Run one again with `-Drockpool.seed`. */
class LedgerModelTest :
    FunSpec({
        for (fleet in listOf(false, true)) {
            val permits = if (fleet) ", while permits come and go" else ""
            test("random pools keep to the total, get their guarantees, and starve no caller$permits") {
                val only = System.getProperty("rockpool.seed")?.toLong()
                val most = if (System.getProperty("rockpool.proof").toBoolean()) 1_000_000L else 1_000L
                for (seed in if (only != null) only..only else 1..most) {
                    withClue("rerun with -Drockpool.seed=$seed") { LedgerRun(Random(seed), fleet).run() }
                }
            }
        }
    })
