package dev.rockpool

import dev.rockpool.internal.budget.Ledger
import java.util.Collections
import java.util.TreeSet
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * The validated settings of a pool. Immutable. [PoolSettings] describes each property.
 *
 * Kotlin: `PoolConfig { maxSize = 20 }`. Java: `PoolConfig.builder().maxSize(20).build()`. JSON: [toJson] and
 * [fromJson], durations in ISO-8601 (`"PT30S"`).
 */
public class PoolConfig private constructor(settings: PoolSettings) {
    public val name: String = settings.name
    public val maxSize: Int = settings.maxSize
    public val minIdle: Int = settings.minIdle ?: minOf(DEFAULT_MIN_IDLE, settings.maxSize)
    @get:JvmSynthetic internal val askedMinIdle: Int? = settings.minIdle
    @get:JvmSynthetic public val acquireTimeout: Duration? = settings.acquireTimeout
    @get:JvmSynthetic public val connectTimeout: Duration = settings.connectTimeout
    @get:JvmSynthetic public val probeTimeout: Duration = settings.probeTimeout
    @get:JvmSynthetic public val resetTimeout: Duration = settings.resetTimeout
    @get:JvmSynthetic public val closeTimeout: Duration = settings.closeTimeout
    @get:JvmSynthetic public val trustWindow: Duration? = settings.trustWindow
    public val probeOnReturn: Boolean = settings.probeOnReturn
    @get:JvmSynthetic public val idleTimeout: Duration? = settings.idleTimeout
    @get:JvmSynthetic public val maxLifetime: Duration? = settings.maxLifetime
    @get:JvmSynthetic public val keepaliveInterval: Duration? = settings.keepaliveInterval
    public val maxConcurrentOpens: Int = settings.maxConcurrentOpens
    public val maxPending: Int? = settings.maxPending
    public val backoff: Backoff = settings.backoff
    @get:JvmSynthetic public val failFastAfter: Duration? = settings.failFastAfter
    public val overload: OverloadControl? = settings.overload
    @get:JvmSynthetic public val leakThreshold: Duration? = settings.leakThreshold
    public val reclaimLeaks: Boolean = settings.reclaimLeaks
    public val leakStackTraces: Boolean = settings.leakStackTraces
    @get:JvmSynthetic public val stuckCallTimeout: Duration? = settings.stuckCallTimeout
    @get:JvmSynthetic public val bargingWindow: Duration = settings.bargingWindow
    public val reusePolicy: ReusePolicy = settings.reusePolicy
    public val budget: Budget.Share? = settings.budget
    @get:JvmSynthetic internal val ledger: Ledger? = budget?.budget?.ledger()
    @get:JvmSynthetic public val statsInterval: Duration = settings.statsInterval

    /** A builder initialized with these settings. */
    public fun toBuilder(): Builder = ConfigJson.builderOf(this)

    /** All settings as one JSON object. A custom [backoff] appears in it but cannot be read back. */
    public fun toJson(): String = ConfigJson.write(this)

    override fun equals(other: Any?): Boolean =
        other is PoolConfig && other.toJson() == toJson() && other.backoff == backoff && other.budget == budget

    override fun hashCode(): Int = toJson().hashCode()

    override fun toString(): String = "PoolConfig${toJson()}"

    /** [PoolSettings.acquireTimeout] for Java. */
    @ForJava
    @JvmName("getAcquireTimeout")
    public fun acquireTimeoutForJava(): java.time.Duration? = acquireTimeout?.toJavaDuration()

    /** [PoolSettings.connectTimeout] for Java. */
    @ForJava
    @JvmName("getConnectTimeout")
    public fun connectTimeoutForJava(): java.time.Duration = connectTimeout.toJavaDuration()

    /** [PoolSettings.probeTimeout] for Java. */
    @ForJava
    @JvmName("getProbeTimeout")
    public fun probeTimeoutForJava(): java.time.Duration = probeTimeout.toJavaDuration()

    /** [PoolSettings.resetTimeout] for Java. */
    @ForJava
    @JvmName("getResetTimeout")
    public fun resetTimeoutForJava(): java.time.Duration = resetTimeout.toJavaDuration()

    /** [PoolSettings.closeTimeout] for Java. */
    @ForJava
    @JvmName("getCloseTimeout")
    public fun closeTimeoutForJava(): java.time.Duration = closeTimeout.toJavaDuration()

    /** [PoolSettings.trustWindow] for Java. */
    @ForJava
    @JvmName("getTrustWindow")
    public fun trustWindowForJava(): java.time.Duration? = trustWindow?.toJavaDuration()

    /** [PoolSettings.idleTimeout] for Java. */
    @ForJava
    @JvmName("getIdleTimeout")
    public fun idleTimeoutForJava(): java.time.Duration? = idleTimeout?.toJavaDuration()

    /** [PoolSettings.maxLifetime] for Java. */
    @ForJava
    @JvmName("getMaxLifetime")
    public fun maxLifetimeForJava(): java.time.Duration? = maxLifetime?.toJavaDuration()

    /** [PoolSettings.keepaliveInterval] for Java. */
    @ForJava
    @JvmName("getKeepaliveInterval")
    public fun keepaliveIntervalForJava(): java.time.Duration? = keepaliveInterval?.toJavaDuration()

    /** [PoolSettings.failFastAfter] for Java. */
    @ForJava
    @JvmName("getFailFastAfter")
    public fun failFastAfterForJava(): java.time.Duration? = failFastAfter?.toJavaDuration()

    /** [PoolSettings.leakThreshold] for Java. */
    @ForJava
    @JvmName("getLeakThreshold")
    public fun leakThresholdForJava(): java.time.Duration? = leakThreshold?.toJavaDuration()

    /** [PoolSettings.stuckCallTimeout] for Java. */
    @ForJava
    @JvmName("getStuckCallTimeout")
    public fun stuckCallTimeoutForJava(): java.time.Duration? = stuckCallTimeout?.toJavaDuration()

    /** [PoolSettings.bargingWindow] for Java. */
    @ForJava
    @JvmName("getBargingWindow")
    public fun bargingWindowForJava(): java.time.Duration = bargingWindow.toJavaDuration()

    /** [PoolSettings.statsInterval] for Java. */
    @ForJava
    @JvmName("getStatsInterval")
    public fun statsIntervalForJava(): java.time.Duration = statsInterval.toJavaDuration()

    /**
     * Collects settings: by its properties in Kotlin, by its functions in Java. Not thread-safe.
     *
     * A null without meaning, such as one from `System.getenv`, is a problem that [build] reports.
     */
    public class Builder : PoolSettings {
        private val nulls = TreeSet<String>()

        @get:JvmSynthetic @set:JvmSynthetic override var name: String = "pool"
        @get:JvmSynthetic @set:JvmSynthetic override var maxSize: Int = 10
        @get:JvmSynthetic @set:JvmSynthetic override var minIdle: Int? = null
        @get:JvmSynthetic @set:JvmSynthetic override var acquireTimeout: Duration? = 30.seconds
        @get:JvmSynthetic @set:JvmSynthetic override var connectTimeout: Duration = 10.seconds
        @get:JvmSynthetic @set:JvmSynthetic override var probeTimeout: Duration = 5.seconds
        @get:JvmSynthetic @set:JvmSynthetic override var resetTimeout: Duration = 5.seconds
        @get:JvmSynthetic @set:JvmSynthetic override var closeTimeout: Duration = 5.seconds
        @get:JvmSynthetic @set:JvmSynthetic override var trustWindow: Duration? = 1.seconds
        @get:JvmSynthetic @set:JvmSynthetic override var probeOnReturn: Boolean = false
        @get:JvmSynthetic @set:JvmSynthetic override var idleTimeout: Duration? = 10.minutes
        @get:JvmSynthetic @set:JvmSynthetic override var maxLifetime: Duration? = 30.minutes
        @get:JvmSynthetic @set:JvmSynthetic override var keepaliveInterval: Duration? = 2.minutes
        @get:JvmSynthetic @set:JvmSynthetic override var maxConcurrentOpens: Int = 4
        @get:JvmSynthetic @set:JvmSynthetic override var maxPending: Int? = null
        @get:JvmSynthetic @set:JvmSynthetic override var backoff: Backoff = Backoff()
        @get:JvmSynthetic @set:JvmSynthetic override var failFastAfter: Duration? = 30.seconds
        @get:JvmSynthetic @set:JvmSynthetic override var overload: OverloadControl? = null
        @get:JvmSynthetic @set:JvmSynthetic override var leakThreshold: Duration? = null
        @get:JvmSynthetic @set:JvmSynthetic override var reclaimLeaks: Boolean = true
        @get:JvmSynthetic @set:JvmSynthetic override var leakStackTraces: Boolean = false
        @get:JvmSynthetic @set:JvmSynthetic override var stuckCallTimeout: Duration? = 10.seconds
        @get:JvmSynthetic @set:JvmSynthetic override var bargingWindow: Duration = 400.microseconds
        @get:JvmSynthetic @set:JvmSynthetic override var reusePolicy: ReusePolicy = ReusePolicy.AFFINE
        @get:JvmSynthetic @set:JvmSynthetic override var budget: Budget.Share? = null
        @get:JvmSynthetic @set:JvmSynthetic override var statsInterval: Duration = 1.seconds

        public fun name(value: String?): Builder = given("name", value) { name = it }

        public fun maxSize(value: Int): Builder = apply { maxSize = value }

        public fun minIdle(value: Int?): Builder = apply { minIdle = value }

        public fun acquireTimeout(value: java.time.Duration?): Builder = apply {
            acquireTimeout = value?.toKotlinDuration()
        }

        public fun connectTimeout(value: java.time.Duration?): Builder =
            given("connectTimeout", value) { connectTimeout = it.toKotlinDuration() }

        public fun probeTimeout(value: java.time.Duration?): Builder =
            given("probeTimeout", value) { probeTimeout = it.toKotlinDuration() }

        public fun resetTimeout(value: java.time.Duration?): Builder =
            given("resetTimeout", value) { resetTimeout = it.toKotlinDuration() }

        public fun closeTimeout(value: java.time.Duration?): Builder =
            given("closeTimeout", value) { closeTimeout = it.toKotlinDuration() }

        public fun trustWindow(value: java.time.Duration?): Builder = apply { trustWindow = value?.toKotlinDuration() }

        public fun probeOnReturn(value: Boolean): Builder = apply { probeOnReturn = value }

        public fun idleTimeout(value: java.time.Duration?): Builder = apply { idleTimeout = value?.toKotlinDuration() }

        public fun maxLifetime(value: java.time.Duration?): Builder = apply { maxLifetime = value?.toKotlinDuration() }

        public fun keepaliveInterval(value: java.time.Duration?): Builder = apply {
            keepaliveInterval = value?.toKotlinDuration()
        }

        public fun maxConcurrentOpens(value: Int): Builder = apply { maxConcurrentOpens = value }

        public fun maxPending(value: Int?): Builder = apply { maxPending = value }

        public fun backoff(value: Backoff?): Builder = given("backoff", value) { backoff = it }

        public fun failFastAfter(value: java.time.Duration?): Builder = apply {
            failFastAfter = value?.toKotlinDuration()
        }

        public fun overload(value: OverloadControl?): Builder = apply { overload = value }

        public fun leakThreshold(value: java.time.Duration?): Builder = apply {
            leakThreshold = value?.toKotlinDuration()
        }

        public fun reclaimLeaks(value: Boolean): Builder = apply { reclaimLeaks = value }

        public fun leakStackTraces(value: Boolean): Builder = apply { leakStackTraces = value }

        public fun stuckCallTimeout(value: java.time.Duration?): Builder = apply {
            stuckCallTimeout = value?.toKotlinDuration()
        }

        public fun bargingWindow(value: java.time.Duration?): Builder =
            given("bargingWindow", value) { bargingWindow = it.toKotlinDuration() }

        public fun reusePolicy(value: ReusePolicy?): Builder = given("reusePolicy", value) { reusePolicy = it }

        public fun budget(value: Budget.Share?): Builder = apply { budget = value }

        public fun statsInterval(value: java.time.Duration?): Builder =
            given("statsInterval", value) { statsInterval = it.toKotlinDuration() }

        /**
         * Validates the settings and builds the configuration.
         *
         * @throws InvalidConfigException naming every problem
         */
        public fun build(): PoolConfig {
            val problems = problems()
            if (problems.isNotEmpty()) throw InvalidConfigException(name, problems)
            return PoolConfig(this)
        }

        /** The problems so far, one sentence each: the property, its value, what is allowed. */
        public fun problems(): List<String> =
            if (nulls.isEmpty() && QuickCheck.passes(this)) Collections.emptyList()
            else nulls.map { "$it is null; set it, or leave it out" } + PoolTable.table.problems(this)

        private inline fun <T : Any> given(property: String, value: T?, set: (T) -> Unit): Builder = apply {
            if (value == null) {
                nulls += property
            } else {
                nulls -= property
                set(value)
            }
        }
    }

    public companion object {
        private const val DEFAULT_MIN_IDLE = 2

        @JvmStatic public fun builder(): Builder = Builder()

        /** The default settings, changed by [settings]. */
        @JvmSynthetic
        public operator fun invoke(settings: PoolSettings.() -> Unit): PoolConfig = builder().apply(settings).build()

        /**
         * Reads JSON as written by [toJson]. Absent settings have their defaults.
         *
         * @throws InvalidConfigException naming every unknown property, unreadable value and value out of range
         */
        @JvmStatic public fun fromJson(json: String): PoolConfig = ConfigJson.read(json)
    }
}
