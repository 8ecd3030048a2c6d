package dev.rockpool

import kotlin.time.Duration

/**
 * Whether settings certainly keep all rules of [PoolTable]. Then the table is not needed: loading its hundreds of
 * classes takes a good part of a cold start. The table makes the messages when this says no.
 */
internal object QuickCheck {
    private val usualBackoff = Backoff()

    @JvmSynthetic
    fun passes(s: PoolSettings): Boolean = sizesAreFine(s) && timesArePositive(s) && isUsual(s.name) && s.usualParts

    private fun sizesAreFine(s: PoolSettings) =
        s.maxSize in 1..PoolTable.MAX_SIZE &&
            (s.minIdle ?: 0) in 0..s.maxSize &&
            s.maxConcurrentOpens >= 1 &&
            (s.maxPending ?: 1) >= 1

    private fun timesArePositive(s: PoolSettings) =
        limitsArePositive(s) &&
            agesArePositive(s) &&
            (s.bargingWindow == Duration.ZERO || positive(s.bargingWindow)) &&
            positive(s.statsInterval)

    private fun limitsArePositive(s: PoolSettings) =
        positive(s.acquireTimeout) &&
            positive(s.connectTimeout) &&
            positive(s.probeTimeout) &&
            positive(s.resetTimeout) &&
            positive(s.closeTimeout) &&
            positive(s.failFastAfter) &&
            positive(s.leakThreshold) &&
            positive(s.stuckCallTimeout)

    private fun agesArePositive(s: PoolSettings) =
        (s.trustWindow == Duration.ZERO || positive(s.trustWindow)) &&
            positive(s.idleTimeout) &&
            positive(s.maxLifetime) &&
            positive(s.keepaliveInterval)

    private val PoolSettings.usualParts
        get() = overload == null && backoff == usualBackoff

    /** `isNotBlank` would load Kotlin's texts, 200 kB. */
    private fun isUsual(text: String): Boolean {
        var hasLetter = false
        for (c in text) {
            if (c < ' ' || c in '\u007f'..'\u009f') return false // a control character
            if (c in '!'..'~') hasLetter = true
        }
        return hasLetter
    }

    private fun positive(time: Duration?) = time == null || time.isPositive() && time.isFinite()
}
