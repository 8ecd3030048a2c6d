package dev.rockpool

import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

/**
 * Why callers wait, or would: who holds which connection, who waits, and what to try. See [PoolControl.diagnose].
 * Immutable. Read without a lock, so the parts may be from slightly different moments.
 *
 * @property verdict what is the matter, in a sentence
 * @property advice what to try, the most promising first; may be empty
 * @property leases the active leases, the longest first
 * @property waiting the waiting callers by name, the longest wait first; at most 32, the rest are counted as "others"
 * @property stats the numbers of the pool
 */
@Serializable
public class Diagnosis
internal constructor(
    public val verdict: String,
    public val advice: List<String>,
    public val leases: List<HeldConnection>,
    public val waiting: List<WaitingCallers>,
    public val stats: PoolStats,
) {
    /** One JSON object with a member for each property. */
    public fun toJson(): String = Json.encodeToString(serializer(), this)

    /** The whole diagnosis for people, in several lines. */
    override fun toString(): String = "$stats\n" + text(Int.MAX_VALUE)

    /** As much as fits into a log. */
    @JvmSynthetic internal fun summary(): String = text(IN_LOG)

    private fun text(most: Int): String = buildString {
        append(verdict)
        for (line in advice) append("\ntry: ").append(line)
        for (lease in leases.take(most)) append('\n').append(lease)
        if (leases.size > most) append("\nand ${leases.size - most} more leases, see control.diagnose()")
        for (callers in waiting.take(most)) append('\n').append(callers)
        if (waiting.size > most) append("\nand ${waiting.drop(most).sumOf { it.count }} more waiting callers")
    }

    private companion object {
        private const val IN_LOG = 5
    }
}

/**
 * A leased connection in a [Diagnosis]. Immutable.
 *
 * @property connection its number
 * @property holder the thread or coroutine that leased it
 * @property caller the name that its code gave itself ([Caller]); null if none
 * @property held how long the lease has lasted at least, precise to [PoolConfig.statsInterval]
 * @property isActive whether a call runs on it now; null where the factory cannot tell
 * @property statement the running statement, at most 500 characters; null if none runs or it is not known
 * @property stack where its holder is now, or else where it was acquired; empty if that is not known
 */
@Serializable
public class HeldConnection
internal constructor(
    public val connection: Long,
    public val holder: String,
    public val caller: String?,
    @get:JvmSynthetic public val held: Duration,
    public val isActive: Boolean?,
    public val statement: String?,
    public val stack: List<String>,
) {
    /** [held] for Java. */
    @ForJava @JvmName("getHeld") public fun heldForJava(): java.time.Duration = held.toJavaDuration()

    override fun toString(): String = buildString {
        append("connection $connection held by $holder")
        if (caller != null) append(" for '$caller'")
        append(" for at least ${held.readable()}")
        when {
            statement != null -> append(", running: $statement")
            isActive == true -> append(", in a call")
            isActive == false -> append(", running nothing")
        }
        for (frame in stack) append("\n    at ").append(frame)
    }
}

/**
 * Waiting callers of one name in a [Diagnosis]. Immutable.
 *
 * @property caller the name that their code gave itself ([Caller]), else the name of the thread or coroutine; several
 *   whose names differ in a number are one group, such as `thread 'http-*'`
 * @property count how many wait
 * @property oldest their longest wait
 */
@Serializable
public class WaitingCallers
internal constructor(public val caller: String, public val count: Int, @get:JvmSynthetic public val oldest: Duration) {
    /** [oldest] for Java. */
    @ForJava @JvmName("getOldest") public fun oldestForJava(): java.time.Duration = oldest.toJavaDuration()

    override fun toString(): String = "$count waiting: $caller, for up to ${oldest.readable()}"
}
