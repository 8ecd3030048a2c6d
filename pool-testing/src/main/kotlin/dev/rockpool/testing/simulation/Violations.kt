package dev.rockpool.testing.simulation

/** Records the first violation. Can be reported from anywhere, including coroutines under test. */
internal class Violations(private val trace: Trace) {
    var first: String? = null
        private set

    fun report(violation: String) {
        trace.note { "BROKEN: $violation" }
        if (first == null) first = violation
    }

    inline fun require(holds: Boolean, violation: () -> String) {
        if (!holds) report(violation())
    }
}
