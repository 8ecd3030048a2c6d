package dev.rockpool.testing.simulation

/** The first law that was broken. Said from wherever it is noticed, also from within a coroutine under test. */
internal class Verdict(private val trace: Trace) {
    var broken: String? = null
        private set

    fun breaks(law: String) {
        trace.note { "BROKEN: $law" }
        if (broken == null) broken = law
    }

    inline fun require(holds: Boolean, law: () -> String) {
        if (!holds) breaks(law())
    }
}
