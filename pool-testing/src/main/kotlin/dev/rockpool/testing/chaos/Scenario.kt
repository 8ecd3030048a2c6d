package dev.rockpool.testing.chaos

import dev.rockpool.ForJava
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/**
 * One way in which a database or the network to it goes wrong.
 *
 * Of a session whose client has fallen silent the server is told nothing, so in [SILENCE] it may count the old ones
 * beside the new ones, and the locks of their transactions stay until the pool has them ended, or the round is over.
 *
 * @property title the same in words
 * @property sessionsDie whether sessions end by it: then each lease that was out may fail, once
 * @property lingers whether the server goes on counting the sessions that are dead to the pool
 * @property recovery how soon after the server accepts again a caller must succeed, at the median
 */
public enum class Scenario(
    public val title: String,
    public val sessionsDie: Boolean,
    @get:JvmSynthetic public val recovery: Duration = 250.milliseconds,
    public val lingers: Boolean = false,
) {
    /** An administrator ends all sessions of the pool. */
    SESSIONS_KILLED("sessions killed", true),

    /** The server is stopped, telling its sessions, and started again. */
    RESTARTED_FAST("server restarted (fast)", true),

    /** The server crashes, and recovers when it is started again. */
    RESTARTED_IMMEDIATE("server restarted (immediate)", true),

    /** The server stands still, and goes on. */
    FROZEN("server frozen and continued", false),

    /**
     * The process of the pool stands still for longer than an idle connection is trusted, with every connection idle,
     * and its sessions end meanwhile. So no caller may see that they ended. Needs a system with signals; a shell takes
     * the process for one that its user has put aside.
     */
    CLIENT_FROZEN("client frozen, its sessions ended", true, 500.milliseconds),

    /** Nothing passes between pool and server; then everything that was on its way does. */
    BLACK_HOLE("network black-holed for a while", false),

    /** All connections are reset, and nobody can connect for a while. */
    RESET("connections reset, then refused", true),

    /** Bytes trickle, and late. */
    SLOW_NETWORK("slow network", false),

    /**
     * Bytes trickle, and one caller asks for an answer that takes 25 times as long as other faults last: longer than
     * any limit after which a pool takes a connection for lost. It must arrive as a whole.
     */
    SLOW_ANSWER("slow link with a large answer", false),

    /** All sessions end, and others take all but two of the server's places for a while. */
    NO_PLACES("max_connections reached", true),

    /** The password is changed, here and there, and all sessions end. */
    PASSWORD_ROTATED("password rotated", true),

    /** The existing connections fall silent for ever, and new ones work: what a firewall does that forgets. */
    SILENCE("existing connections black-holed for ever", true, 15.seconds, lingers = true),

    /** The server's side of all connections is gone, and the pool's is not told: what a failover of an address does. */
    HALF_OPEN("connections half-open", true, 15.seconds);

    /** [recovery] for Java. */
    @ForJava @JvmName("getRecovery") public fun recoveryForJava(): java.time.Duration = recovery.toJavaDuration()

    public companion object {
        /** Those that no pool survives which does not look after its leases; not run unless asked for. */
        @JvmField public val NEEDING_WATCHED_LEASES: List<Scenario> = listOf(SILENCE, HALF_OPEN)

        /** All others. */
        @JvmField public val USUAL: List<Scenario> = entries - NEEDING_WATCHED_LEASES.toSet()
    }
}
