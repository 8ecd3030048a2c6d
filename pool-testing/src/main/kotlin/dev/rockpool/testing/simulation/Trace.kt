package dev.rockpool.testing.simulation

import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineName

/**
 * Records what happened, step by step. It always keeps a hash, which must be equal in two runs of one seed. It keeps
 * text only on request, because text is slow and a failing seed can be run again.
 */
internal class Trace(private val asText: Boolean) {
    private val text = ArrayList<String>()

    var steps: Int = 0
        private set

    var hash: Long = FNV_BASIS
        private set

    val lines: List<String>
        get() = text

    fun mark(value: Long) {
        hash = (hash xor value) * FNV_PRIME
    }

    fun step(now: Long, chosen: Int, context: CoroutineContext, task: Runnable) {
        steps++
        mark(now)
        mark(chosen.toLong())
        if (!asText) return
        val place = PLACE.find(task.toString())?.groupValues?.get(1)
        val who = context[Caller] ?: context[CoroutineName]?.name ?: "timer"
        text += "%5d ms  step %d: %s %s".format(now, steps, who, place ?: "")
    }

    /** Adds a note to the present step. */
    inline fun note(what: () -> String) {
        if (asText) text.add("              " + what())
    }

    private companion object {
        const val FNV_BASIS = -0x340d631b7bdddcdbL
        const val FNV_PRIME = 0x100000001b3L
        val PLACE = Regex("""at (?:dev\.rockpool\.)?([\w.$]+(?:\([\w.]+:\d+\))?)""")
    }
}
