package dev.rockpool.internal.engine.report

import dev.rockpool.Diagnosis
import dev.rockpool.HeldConnection
import dev.rockpool.WaitingCallers
import dev.rockpool.internal.base.ActiveFactory
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.runtime.PoolRuntime
import dev.rockpool.internal.engine.runtime.labelOf
import kotlin.time.Duration.Companion.nanoseconds

private const val READABLE = 500
private const val FRAMES = 30
private const val GROUPS = 32

/** Collects what a [Diagnosis] says. It asks no server and never waits. */
internal class Diagnoser<C : Any>(private val runtime: PoolRuntime<C>, private val numbers: PoolNumbers) {
    private val factory = runtime.factory()
    @Suppress("UNCHECKED_CAST") private val activeFactory = factory as? ActiveFactory<C>

    /** @param timedOut a caller that gave up a moment ago, and counts as if it still waited; null for none */
    fun diagnose(timedOut: Waiting? = null): Diagnosis {
        val now = runtime.now()
        val waiters = runtime.state().waiters().all()
        val waiting = listOfNotNull(timedOut) + waiters.map { Waiting(it.holder(), now - it.since()) }
        val leases =
            runtime.state().slots().all().mapNotNull { HeldLease.of(it, now)?.let { lease -> describe(it, lease) } }
        val held = leases.sortedByDescending { it.shown.held }
        // One that was served meanwhile may be among the holders by now, without waiting for another connection.
        val still = runtime.state().waiters().all().toSet()
        val findings =
            Findings(
                held,
                listOfNotNull(timedOut).map { it.holder } + waiters.filter { it in still }.map { it.holder() },
                numbers.snapshot(),
                timedOut,
                runtime.connectivity().failing()?.cause?.let(runtime::explain),
            )
        return Diagnosis(findings.verdict, findings.advice, held.map { it.shown }, groups(waiting), findings.stats)
    }

    private fun describe(slot: Slot<C>, lease: HeldLease): SeenLease? {
        val connection: C? = slot.connection()
        if (connection == null || !slot.isHeldBy(lease.ticket)) return null
        val activity = runCatching { activeFactory?.activity(connection) }.getOrNull()
        val isRunning = activity?.running() == true
        val active =
            activeFactory?.let { runCatching { isRunning || factory.callUnderWay(connection) != 0L }.getOrNull() }
        val words = lease.toWords()
        val shown =
            HeldConnection(
                words.connection,
                words.holder,
                labelOf(lease.holder),
                words.held,
                active,
                activity?.statement()?.takeIf { active == true }?.take(READABLE),
                stackOf(lease, activity?.thread()),
            )
        return SeenLease(shown, lease.holder, lease.isAbandoned).takeIf { slot.isHeldBy(lease.ticket) }
    }

    private fun stackOf(lease: HeldLease, calling: Thread?): List<String> {
        val thread = calling ?: lease.holder as? Thread
        val now = thread?.stackTrace?.takeIf { it.isNotEmpty() }
        return (now ?: lease.trace?.stackTrace ?: emptyArray()).take(FRAMES).map { it.toString() }
    }

    private fun groups(waiting: List<Waiting>): List<WaitingCallers> {
        val groups =
            waiting
                .groupBy { labelOf(it.holder) ?: HeldLease.kindOf(it.holder) }
                .map { (kind, group) ->
                    val names = group.mapTo(HashSet()) { labelOf(it.holder) ?: HeldLease.nameOf(it.holder) }
                    group(names.singleOrNull() ?: kind, group.size, group.maxOf { it.waited })
                }
                .sortedByDescending { it.oldest }
        val rest = groups.drop(GROUPS)
        if (rest.isEmpty()) return groups
        return groups.take(GROUPS) + group("others", rest.sumOf { it.count }, rest.first().oldest.inWholeNanoseconds)
    }

    private fun group(name: String, count: Int, oldest: Long) =
        WaitingCallers(name, count, oldest.coerceAtLeast(0).nanoseconds)
}

/** A lease as it is shown, with its holder. */
internal class SeenLease(val shown: HeldConnection, val holder: Any?, val isAbandoned: Boolean)

/** A caller, and for how many nanoseconds it has waited. */
internal class Waiting(val holder: Any?, val waited: Long)
