package dev.rockpool

/**
 * The use of a quota at one moment. Immutable.
 *
 * @property callers the name of the callers that share the quota; null for those without a quota of their own
 * @property max how many connections they may have at the same time
 * @property reserved how many places of the pool no other caller may take
 * @property leased how many connections they have
 * @property waiting how many of them wait
 * @property reservedForOthers how many unused places are reserved for other callers
 * @property isLimit whether the quota keeps these callers from having one more connection. Otherwise only the pool does
 */
public class CallerQuota
internal constructor(
    public val callers: String?,
    public val max: Int,
    public val reserved: Int,
    public val leased: Int,
    public val waiting: Int,
    public val reservedForOthers: Int,
    public val isLimit: Boolean,
) {
    private val who
        get() =
            if (callers == null) "callers without a quota have $leased" else "callers '$callers' have $leased of $max"

    private val isAtMax
        get() = callers != null && leased >= max

    /** Whether the quota or the pool was the limit, for a message. */
    @JvmSynthetic
    internal fun verdict(): String =
        when {
            !isLimit -> "the pool was the limit and not the quota: $who connections"
            isAtMax -> "the quota was the limit: $who connections"
            else ->
                "the quota was the limit: $who connections, and what is left is reserved for others: $reservedForOthers"
        }

    @JvmSynthetic
    internal fun advice(): String =
        if (isAtMax) "hold connections for a shorter time, or raise the max of these callers"
        else "raise maxSize, or reserve fewer places for others"

    override fun toString(): String = "$who connections, $waiting wait, $reserved reserved"
}
