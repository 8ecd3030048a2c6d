package dev.rockpool.testing.simulation

/** A connection of a simulation: what it knows of itself is what the laws are checked against. */
internal class SimulatedConnection(val number: Int, val arrivedAt: Long, val bornUnder: Int) {
    /** The server does not know it any more: a probe says so, and so does its user when it looks. */
    var isDead = false

    /** What inspecting it will say. */
    var isDirty = false
    var isBroken = false

    /** Another one died while it was idle, and nobody asked it since. */
    var isDoubted = false

    /** Somebody had it, and it was not probed since. */
    var isUsed = false

    /** Who may use it now. */
    var holder: Held? = null

    /** How often the pool had it closed. */
    var closes = 0

    /** When it was last in use or proved alive. */
    var trustedAt = arrivedAt

    /** When it was last in somebody's hands. */
    var usedAt = arrivedAt

    private var call: String? = null
    private var callEnds = 0L

    /** A call of the factory that the pool makes for it begins, and may take until [until]. Returns what is wrong. */
    fun begins(what: String, now: Long, until: Long): String? {
        val wrong = clash(what, now)
        call = what
        callEnds = until
        return wrong
    }

    fun ended(what: String) {
        if (call == what) call = null
    }

    /** What is wrong with using it now: another call is under way, and was not left behind. */
    fun clash(what: String, now: Long): String? =
        if (call != null && now < callEnds) "$this: $what while $call is under way" else null

    override fun toString(): String = "connection $number"
}
