package dev.rockpool

import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toKotlinDuration

/**
 * The settings of a pool, checked as a whole. Immutable; each property is described at [PoolSettings].
 *
 * Kotlin: `PoolConfig { maxSize = 20 }`. Java: `PoolConfig.builder().maxSize(20).build()`. JSON: [toJson] and
 * [fromJson], durations in ISO-8601 (`"PT30S"`).
 */
public class PoolConfig internal constructor(settings: PoolSettings) {
    public val name: String = settings.name
    public val maxSize: Int = settings.maxSize
    public val minIdle: Int = settings.minIdle ?: minOf(DEFAULT_MIN_IDLE, settings.maxSize)
    internal val askedMinIdle: Int? = settings.minIdle
    public val acquireTimeout: Duration? = settings.acquireTimeout
    public val connectTimeout: Duration = settings.connectTimeout
    public val probeTimeout: Duration = settings.probeTimeout
    public val resetTimeout: Duration = settings.resetTimeout
    public val closeTimeout: Duration = settings.closeTimeout
    public val trustWindow: Duration? = settings.trustWindow
    public val probeOnReturn: Boolean = settings.probeOnReturn
    public val idleTimeout: Duration? = settings.idleTimeout
    public val maxLifetime: Duration? = settings.maxLifetime
    public val keepaliveInterval: Duration? = settings.keepaliveInterval
    public val maxConcurrentOpens: Int = settings.maxConcurrentOpens
    public val maxPending: Int? = settings.maxPending
    public val backoff: Backoff = settings.backoff
    public val failFastAfter: Duration? = settings.failFastAfter
    public val overload: OverloadControl? = settings.overload
    public val leakThreshold: Duration? = settings.leakThreshold
    public val leakStackTraces: Boolean = settings.leakStackTraces
    public val silenceLimit: Duration? = settings.silenceLimit
    public val patience: Duration = settings.patience
    public val reusePolicy: ReusePolicy = settings.reusePolicy
    public val statsInterval: Duration = settings.statsInterval

    /** A builder that begins with these settings. */
    public fun toBuilder(): Builder = ConfigJson.builderOf(this)

    /** All settings as one JSON object; a custom [backoff] is only named in it, and cannot be read back. */
    public fun toJson(): String = ConfigJson.write(this)

    override fun equals(other: Any?): Boolean =
        other is PoolConfig && other.toJson() == toJson() && other.backoff == backoff

    override fun hashCode(): Int = toJson().hashCode()

    override fun toString(): String = "PoolConfig${toJson()}"

    /** Collects settings; from Kotlin by its properties, from Java by its functions. Not thread-safe. */
    public class Builder internal constructor() : PoolSettings {
        override var name: String = "pool"
        override var maxSize: Int = 10
        override var minIdle: Int? = null
        override var acquireTimeout: Duration? = 30.seconds
        override var connectTimeout: Duration = 10.seconds
        override var probeTimeout: Duration = 5.seconds
        override var resetTimeout: Duration = 5.seconds
        override var closeTimeout: Duration = 5.seconds
        override var trustWindow: Duration? = 1.seconds
        override var probeOnReturn: Boolean = false
        override var idleTimeout: Duration? = 10.minutes
        override var maxLifetime: Duration? = 30.minutes
        override var keepaliveInterval: Duration? = 2.minutes
        override var maxConcurrentOpens: Int = 4
        override var maxPending: Int? = null
        override var backoff: Backoff = Backoff()
        override var failFastAfter: Duration? = 30.seconds
        override var overload: OverloadControl? = null
        override var leakThreshold: Duration? = null
        override var leakStackTraces: Boolean = false
        override var silenceLimit: Duration? = 10.seconds
        override var patience: Duration = 400.microseconds
        override var reusePolicy: ReusePolicy = ReusePolicy.AFFINE
        override var statsInterval: Duration = 1.seconds

        public fun name(value: String): Builder = apply { name = value }

        public fun maxSize(value: Int): Builder = apply { maxSize = value }

        public fun minIdle(value: Int): Builder = apply { minIdle = value }

        public fun acquireTimeout(value: java.time.Duration?): Builder = apply {
            acquireTimeout = value?.toKotlinDuration()
        }

        public fun connectTimeout(value: java.time.Duration): Builder = apply {
            connectTimeout = value.toKotlinDuration()
        }

        public fun probeTimeout(value: java.time.Duration): Builder = apply { probeTimeout = value.toKotlinDuration() }

        public fun resetTimeout(value: java.time.Duration): Builder = apply { resetTimeout = value.toKotlinDuration() }

        public fun closeTimeout(value: java.time.Duration): Builder = apply { closeTimeout = value.toKotlinDuration() }

        public fun trustWindow(value: java.time.Duration?): Builder = apply { trustWindow = value?.toKotlinDuration() }

        public fun probeOnReturn(value: Boolean): Builder = apply { probeOnReturn = value }

        public fun idleTimeout(value: java.time.Duration?): Builder = apply { idleTimeout = value?.toKotlinDuration() }

        public fun maxLifetime(value: java.time.Duration?): Builder = apply { maxLifetime = value?.toKotlinDuration() }

        public fun keepaliveInterval(value: java.time.Duration?): Builder = apply {
            keepaliveInterval = value?.toKotlinDuration()
        }

        public fun maxConcurrentOpens(value: Int): Builder = apply { maxConcurrentOpens = value }

        public fun maxPending(value: Int?): Builder = apply { maxPending = value }

        public fun backoff(value: Backoff): Builder = apply { backoff = value }

        public fun failFastAfter(value: java.time.Duration?): Builder = apply {
            failFastAfter = value?.toKotlinDuration()
        }

        public fun overload(value: OverloadControl?): Builder = apply { overload = value }

        public fun leakThreshold(value: java.time.Duration?): Builder = apply {
            leakThreshold = value?.toKotlinDuration()
        }

        public fun leakStackTraces(value: Boolean): Builder = apply { leakStackTraces = value }

        public fun silenceLimit(value: java.time.Duration?): Builder = apply {
            silenceLimit = value?.toKotlinDuration()
        }

        public fun patience(value: java.time.Duration): Builder = apply { patience = value.toKotlinDuration() }

        public fun reusePolicy(value: ReusePolicy): Builder = apply { reusePolicy = value }

        public fun statsInterval(value: java.time.Duration): Builder = apply {
            statsInterval = value.toKotlinDuration()
        }

        /**
         * The checked settings.
         *
         * @throws InvalidConfigException naming everything that is wrong
         */
        public fun build(): PoolConfig {
            val problems = problems()
            if (problems.isNotEmpty()) throw InvalidConfigException(name, problems)
            return PoolConfig(this)
        }

        /** What is wrong so far, one sentence each: the property, its value, what is allowed. Empty when nothing is. */
        public fun problems(): List<String> = ConfigRules.problems(this)
    }

    public companion object {
        private const val DEFAULT_MIN_IDLE = 2

        @JvmStatic public fun builder(): Builder = Builder()

        /** Defaults changed by [settings]. */
        @JvmSynthetic
        public operator fun invoke(settings: PoolSettings.() -> Unit): PoolConfig = Builder().apply(settings).build()

        /**
         * Reads what [toJson] wrote, or a part of it: what is absent has its default.
         *
         * @throws InvalidConfigException naming every unknown property, unreadable value, and value that is not allowed
         */
        @JvmStatic public fun fromJson(json: String): PoolConfig = ConfigJson.read(json)
    }
}
