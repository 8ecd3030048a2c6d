package dev.rockpool.testing.simulation

/** A simulated connection. The invariants are checked against what it records about itself. */
internal class SimulatedConnection(val number: Int, val arrivedAt: Long, val evictionsAtOpen: Int) {
    /** The server has ended its session. A probe detects that, and so does a caller that uses it. */
    var isDead = false

    /** A peek sees that its session has ended. */
    var isSeenDead = false

    /** Its session ended while it was kept fresh, so that a peek saw it. It must be probed before it is lent. */
    var endedWhileKept = false

    /** The state that the next `inspect` reports, unless [isBroken]. */
    var isDirty = false
    var isBroken = false

    /** Another connection died while this one was idle, and this one was not probed since. */
    var isStale = false

    /** It was leased and not probed since. */
    var isUsed = false

    /** The lease that may use it, or the last one that could. */
    var holder: Held? = null

    /** How often the pool closed it. */
    var closes = 0

    /** When it was last used or probed successfully. */
    var trustedAt = arrivedAt

    /** When it was last used by a caller. */
    var usedAt = arrivedAt

    private var call: String? = null
    private var callEnds = 0L

    /** Records that a factory call begins, which may run until [until]. Returns the violation, if any. */
    fun begins(what: String, now: Long, until: Long): String? {
        val wrong = clash(what, now)
        call = what
        callEnds = until
        return wrong
    }

    fun ended(what: String) {
        if (call == what) call = null
    }

    /** Describes a factory call that is still running and not timed out, if any; else null. */
    fun clash(what: String, now: Long): String? =
        if (call != null && now < callEnds) "$this: $what while $call is running" else null

    override fun toString(): String = "connection $number"
}
