package dev.rockpool

import kotlin.time.Duration

/** What is allowed: each rule says property, value and range. Nothing is corrected. */
internal object ConfigRules {
    @JvmSynthetic fun problems(settings: PoolSettings): List<String> = Problems().apply { check(settings) }.found

    private class Problems {
        val found = mutableListOf<String>()

        fun check(s: PoolSettings) {
            require(s.name.isNotBlank(), "name", "'${s.name}'", "must not be blank")
            require(s.maxSize >= 1, "maxSize", s.maxSize, "must be at least 1")
            s.minIdle?.let {
                require(it in 0..maxOf(0, s.maxSize), "minIdle", it, "must be 0 to maxSize (${s.maxSize})")
            }
            require(s.maxConcurrentOpens >= 1, "maxConcurrentOpens", s.maxConcurrentOpens, "must be at least 1")
            s.maxPending?.let { require(it >= 1, "maxPending", it, "must be at least 1, or null for any number") }
            positive("connectTimeout", s.connectTimeout)
            positive("probeTimeout", s.probeTimeout)
            positive("resetTimeout", s.resetTimeout)
            positive("closeTimeout", s.closeTimeout)
            positive("statsInterval", s.statsInterval)
            positiveOrNever("acquireTimeout", s.acquireTimeout)
            s.trustWindow?.let {
                require(
                    !it.isNegative() && it.isFinite(),
                    "trustWindow",
                    it,
                    "must be zero (probe before every lend) or longer, and finite; null means never",
                )
            }
            positiveOrNever("idleTimeout", s.idleTimeout)
            positiveOrNever("maxLifetime", s.maxLifetime)
            positiveOrNever("keepaliveInterval", s.keepaliveInterval)
            positiveOrNever("failFastAfter", s.failFastAfter)
            positiveOrNever("leakThreshold", s.leakThreshold)
            positiveOrNever("stuckCallTimeout", s.stuckCallTimeout)
            s.overload?.let {
                positive("overload.target", it.target)
                positive("overload.interval", it.interval)
            }
            require(
                !s.bargingWindow.isNegative() && s.bargingWindow.isFinite(),
                "bargingWindow",
                s.bargingWindow,
                "must be zero or more, and finite",
            )
            when (val backoff = s.backoff) {
                is Backoff.Fixed -> positive("backoff.pause", backoff.pause)
                is Backoff.Exponential -> check(backoff)
                is Backoff.Custom -> Unit // what it says is checked each time it is asked
            }
        }

        private fun check(b: Backoff.Exponential) {
            positive("backoff.initial", b.initial)
            require(b.factor.isFinite() && b.factor >= 1, "backoff.factor", b.factor, "must be at least 1")
            positive("backoff.max", b.max)
            require(b.max >= b.initial, "backoff.max", b.max, "must be at least backoff.initial (${b.initial})")
            require(b.jitter in 0.0..1.0, "backoff.jitter", b.jitter, "must be 0 to 1")
        }

        private fun positive(name: String, value: Duration) =
            require(value.isPositive() && value.isFinite(), name, value, "must be longer than zero, and finite")

        private fun positiveOrNever(name: String, value: Duration?) {
            if (value == null) return
            require(
                value.isPositive() && value.isFinite(),
                name,
                value,
                "must be longer than zero, and finite; null means never",
            )
        }

        private fun require(holds: Boolean, name: String, value: Any, allowed: String) {
            if (!holds) found += "$name is $value but $allowed"
        }
    }
}
