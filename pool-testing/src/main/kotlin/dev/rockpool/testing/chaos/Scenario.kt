package dev.rockpool.testing.chaos

import dev.rockpool.ForJava
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/**
 * One kind of failure of a database or of the network to it.
 *
 * The server does not notice when a client falls silent. So in [SILENCE] it may count old sessions beside new ones. The
 * locks of their transactions stay until the pool ends those sessions, or the round is over.
 *
 * @property title a description in words
 * @property sessionsDie whether sessions end; then each active lease may fail, once
 * @property lingers whether the server still counts sessions that are dead to the pool
 * @property recovery the limit for the median time from when the server accepts again to the first success of a caller
 */
public enum class Scenario(
    public val title: String,
    public val sessionsDie: Boolean,
    @get:JvmSynthetic public val recovery: Duration = 250.milliseconds,
    public val lingers: Boolean = false,
) {
    /** An administrator ends all sessions of the pool. */
    SESSIONS_KILLED("sessions killed", true),

    /** The server is stopped in the fast mode, which tells its sessions, and started again. */
    RESTARTED_FAST("server restarted (fast)", true),

    /** The server crashes, and recovers at its next start. */
    RESTARTED_IMMEDIATE("server restarted (immediate)", true),

    /** The server's processes are stopped for a while. */
    FROZEN("server frozen and continued", false),

    /**
     * The pool's process is stopped for longer than an idle connection is trusted. All connections are idle, and their
     * sessions end meanwhile. No caller may notice that they ended. Needs a system with signals. A shell that started
     * the process sees it as a job its user has stopped.
     */
    CLIENT_FROZEN("client frozen, its sessions ended", true, 500.milliseconds),

    /** Nothing passes between pool and server for a while. Then everything that was sent arrives. */
    BLACK_HOLE("network black-holed for a while", false),

    /** All connections are reset, and new ones are refused for a while. */
    RESET("connections reset, then refused", true),

    /** Low bandwidth and high latency. */
    SLOW_NETWORK("slow network", false),

    /**
     * Low bandwidth while one caller reads an answer that takes 25 times as long as other faults last. That is longer
     * than any limit after which a pool treats a connection as lost. The answer must arrive complete.
     */
    SLOW_ANSWER("slow link with a large answer", false),

    /** All sessions end, and other clients take all but two of the server's sessions for a while. */
    NO_PLACES("max_connections reached", true),

    /** The password is changed on the server and in the pool's data source, and all sessions end. */
    PASSWORD_ROTATED("password rotated", true),

    /** Existing connections fall silent for ever, and new ones work, as when a firewall forgets connections. */
    SILENCE("existing connections black-holed for ever", true, 15.seconds, lingers = true),

    /** The server's side of all connections is gone without notice to the pool, as after an address failover. */
    HALF_OPEN("connections half-open", true, 15.seconds);

    /** [recovery] for Java. */
    @ForJava @JvmName("getRecovery") public fun recoveryForJava(): java.time.Duration = recovery.toJavaDuration()

    public companion object {
        /** Scenarios that a pool survives only if it watches its leases. They run only on request. */
        @JvmField public val NEEDING_WATCHED_LEASES: List<Scenario> = listOf(SILENCE, HALF_OPEN)

        /** All other scenarios. */
        @JvmField public val USUAL: List<Scenario> = entries - NEEDING_WATCHED_LEASES.toSet()
    }
}
