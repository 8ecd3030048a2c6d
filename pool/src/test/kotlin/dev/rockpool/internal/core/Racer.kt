package dev.rockpool.internal.core

import dev.rockpool.Priority
import dev.rockpool.internal.core.queue.Race
import dev.rockpool.internal.core.queue.RaceEntry
import dev.rockpool.internal.core.queue.Waiter.Outcome
import dev.rockpool.internal.engine.runtime.SlotPool

/** A caller that waits in several pools of the core, as the engine's callers do. */
internal class Racer(
    private val pools: List<SlotPool<String>>,
    private val since: Long = 0,
    private val deadline: Long = Long.MAX_VALUE,
    private val served: (Entry) -> Unit = {},
) {
    private val race = Race<String>(pools.size)
    val entries = ArrayList<Entry>()

    /** The entry whose pool has resumed the caller; null while it waits. */
    @Volatile var winner: Entry? = null
    @Volatile var wakes = 0

    inner class Entry(val pool: SlotPool<String>) : RaceEntry<String>(race, since, deadline, Priority.NORMAL) {
        override fun wake() {
            leaveAllBut(this)
            wakes++
            winner = this
            served(this)
        }

        fun join() {
            pool.enqueue(this)
            if (race.isDecided && !race.isWonBy(this)) leave()
        }

        fun leave() {
            withdraw()
            pool.leave(this)
        }
    }

    fun begin(): Racer = apply {
        for (pool in pools) {
            if (race.isDecided) break
            val entry = Entry(pool)
            synchronized(entries) { entries += entry }
            entry.join()
        }
    }

    /** The caller ends its wait itself. Returns false if it was decided before. */
    fun end(outcome: Outcome): Boolean = race.end(outcome).also { if (it) leaveAllBut(null) }

    private fun leaveAllBut(winner: Entry?) {
        val all = synchronized(entries) { entries.toList() }
        for (entry in all) if (entry !== winner) entry.leave()
    }
}
