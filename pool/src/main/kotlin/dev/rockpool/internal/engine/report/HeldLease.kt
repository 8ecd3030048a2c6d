package dev.rockpool.internal.engine.report

import dev.rockpool.LeaseInfo
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.core.upkeep.MaintenancePlanner
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job

/** A lease as the keeper sees it. The holder is a thread, a job, or one of [dev.rockpool.internal.core.slot.Holder]. */
internal class HeldLease(
    val connection: Long,
    val ticket: Long,
    val holder: Any?,
    val held: Duration,
    val trace: Throwable?,
) {
    /** Whether the holder has ended, so that the connection is never returned; false if unknown. */
    val isAbandoned: Boolean
        get() =
            when (holder) {
                is Thread -> !holder.isAlive
                is Job -> holder.isCompleted
                else -> false
            }

    fun toWords(): LeaseInfo = LeaseInfo(connection, nameOf(holder), held)

    companion object {
        /** The lease on this slot; null if it is not leased. */
        fun of(slot: Slot<*>, now: Long): HeldLease? {
            val held = MaintenancePlanner.heldFor(slot, now)
            val ticket = slot.ticket()
            if (slot.phase() != Phase.LEASED) return null
            val number = slot.number()
            val lease = HeldLease(number, ticket, slot.holder(ticket), held.nanoseconds, slot.trace(ticket))
            return lease.takeIf { slot.isHeldBy(ticket) }
        }

        /** The lease among these that this caller has; null if there is none. */
        fun ownOf(caller: Any?, leases: List<HeldLease>): HeldLease? = leases.find { isHeldBy(it.holder, caller) }

        /** Whether a lease of [holder] belongs to [caller]: to itself or to one of its parent jobs. */
        @OptIn(ExperimentalCoroutinesApi::class)
        fun isHeldBy(holder: Any?, caller: Any?): Boolean {
            if (caller == null || holder == null) return false
            if (caller !is Job) return caller is Thread && caller === holder
            var job: Job? = caller
            while (job != null && job !== holder) job = job.parent
            return job != null
        }

        fun nameOf(holder: Any?): String =
            when (holder) {
                null -> "an unknown caller"
                is Thread -> "thread '${holder.name.ifEmpty { holder.toString() }}'"
                is Job -> nameOf(holder)
                else -> holder.toString()
            }

        /** The name with a star for what differs between the threads of one pool, or the coroutines of one kind. */
        fun kindOf(holder: Any?): String = nameOf(holder).replace(NUMBER, "*")

        private val NUMBER = Regex("@[0-9a-f]+|[0-9]+")

        /** The job of a coroutine is also its scope, which knows its name. */
        private fun nameOf(job: Job): String {
            val name = (job as? CoroutineScope)?.coroutineContext?.get(CoroutineName)?.name
            return if (name == null) "coroutine $job" else "coroutine '$name' ($job)"
        }
    }
}
