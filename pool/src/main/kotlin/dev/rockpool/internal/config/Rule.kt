package dev.rockpool.internal.config

import kotlin.time.Duration

/**
 * A rule for the value of a setting. [allowed] ends a message that begins with name and value, and may depend on other
 * settings.
 */
public class Rule<in S, in T>(public val allowed: (S) -> String, public val holds: (S, T) -> Boolean) {
    public companion object {
        public fun <T> rule(allowed: String, holds: (T) -> Boolean): Rule<Any, T> =
            Rule({ allowed }, { _, value -> holds(value) })

        public val NOT_BLANK: Rule<Any, String> = rule("must not be blank") { it.isNotBlank() }

        public val ONE_LINE: Rule<Any, String> =
            rule("must not contain control characters") { it.none(Char::isISOControl) }

        public val AT_LEAST_ONE: Rule<Any, Int> = rule("must be at least 1") { it >= 1 }

        public val POSITIVE: Rule<Any, Duration> =
            rule("must be longer than zero, and finite") { it.isPositive() && it.isFinite() }

        public val ZERO_OR_LONGER: Rule<Any, Duration> =
            rule("must be zero or longer, and finite") { !it.isNegative() && it.isFinite() }
    }
}
