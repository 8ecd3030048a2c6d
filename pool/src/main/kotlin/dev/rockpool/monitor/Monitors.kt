package dev.rockpool.monitor

import dev.rockpool.Pool
import dev.rockpool.PoolControl
import java.time.InstantSource
import java.util.concurrent.ScheduledExecutorService
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.DurationUnit
import kotlin.time.toJavaDuration

/**
 * Monitors a pool, see [PoolMonitor]:
 * ```
 * val monitor = PoolMonitor(pool) {
 *     alert("busy", AlertLevel.WARNING) {
 *         utilization above 0.8
 *         holds = 30.seconds
 *     }
 * }
 * ```
 *
 * @throws IllegalArgumentException naming the first setting that is wrong
 */
@JvmSynthetic
public fun PoolMonitor(pool: Pool<*>, settings: MonitorSettings.() -> Unit = {}): PoolMonitor =
    PoolMonitor(pool.control, settings)

/** The same for any kind of pool: `PoolMonitor(dataSource.control())`. */
@JvmSynthetic
public fun PoolMonitor(control: PoolControl, settings: MonitorSettings.() -> Unit = {}): PoolMonitor =
    MonitorSettings(PoolMonitor.builder(control)).apply(settings).start()

/** The settings of a [PoolMonitor]. */
public class MonitorSettings internal constructor(private val builder: PoolMonitor.Builder) {
    /** How often it looks at the pool. At least 100 ms. Default 10 s. */
    @get:JvmSynthetic @set:JvmSynthetic public var interval: Duration = 10.seconds

    /** For how long what it saw is kept. At least one interval, at most 100,000. Default one hour. */
    @get:JvmSynthetic @set:JvmSynthetic public var retention: Duration = 1.hours

    /** How often a firing alert is reported again, until it is acknowledged. Null means never. Default null. */
    @get:JvmSynthetic @set:JvmSynthetic public var remindEvery: Duration? = null

    /** Whether the [built-in rules][AlertRule.builtIn] apply. Default true. */
    @get:JvmSynthetic @set:JvmSynthetic public var builtInAlerts: Boolean = true

    /** The clock, for tests. It must not go back. Null for the system's clock at the start, which is the default. */
    @get:JvmSynthetic @set:JvmSynthetic public var clock: InstantSource? = null

    /** Where it runs. It is not shut down. Null for a thread of its own, which is the default. */
    @get:JvmSynthetic @set:JvmSynthetic public var scheduler: ScheduledExecutorService? = null

    /**
     * Adds a rule. It replaces a built-in rule of the same name and level.
     *
     * @throws IllegalArgumentException if the rule is wrong, or says no figure and threshold
     */
    @JvmSynthetic
    public fun alert(name: String, level: AlertLevel, rule: AlertSettings.() -> Unit) {
        builder.alert(AlertSettings(name, level).apply(rule).build())
    }

    /** Adds a listener. */
    @JvmSynthetic
    public fun listener(listener: MonitorListener) {
        builder.listener(listener)
    }

    @JvmSynthetic
    internal fun start(): PoolMonitor {
        builder
            .interval(interval.toJavaDuration())
            .retention(retention.toJavaDuration())
            .remindEvery(remindEvery?.toJavaDuration())
            .builtInAlerts(builtInAlerts)
        clock?.let(builder::clock)
        scheduler?.let(builder::scheduler)
        return builder.start()
    }
}

/** The settings of an [AlertRule]. It must say one figure and its threshold, as in `utilization above 0.8`. */
public class AlertSettings internal constructor(private val name: String, private val level: AlertLevel) {
    private var figure: Figure? = null
    private var threshold = 0.0

    /** How long the figure must be above the threshold before the alert fires. Default zero, which means at once. */
    @get:JvmSynthetic @set:JvmSynthetic public var holds: Duration = Duration.ZERO

    /** To what the figure must fall for the alert to end. Null for the threshold, which is the default. */
    @get:JvmSynthetic @set:JvmSynthetic public var clearsBelow: Double? = null

    /** How long it must have fallen to that. Default one minute. */
    @get:JvmSynthetic @set:JvmSynthetic public var clearsAfter: Duration = 1.minutes

    /** The time before each look that figures of a range are made from. Default one minute. */
    @get:JvmSynthetic @set:JvmSynthetic public var window: Duration = 1.minutes

    /** With fewer attempts in the window, a figure that is made from attempts is unknown. Default 20. */
    @get:JvmSynthetic @set:JvmSynthetic public var minAttempts: Long = 20

    /** [Figure.UTILIZATION] */
    @get:JvmSynthetic public val utilization: Figure = Figure.UTILIZATION

    /** [Figure.ERROR_RATE] */
    @get:JvmSynthetic public val errorRate: Figure = Figure.ERROR_RATE

    /** [Figure.EXHAUSTED] */
    @get:JvmSynthetic public val exhausted: Figure = Figure.EXHAUSTED

    /** [Figure.PENDING] */
    @get:JvmSynthetic public val pending: Figure = Figure.PENDING

    /** [Figure.OLDEST_WAIT] */
    @get:JvmSynthetic public val oldestWait: Figure = Figure.OLDEST_WAIT

    /** [Figure.WAIT_MEAN] */
    @get:JvmSynthetic public val waitMean: Figure = Figure.WAIT_MEAN

    /** [Figure.WAIT_P99] */
    @get:JvmSynthetic public val waitP99: Figure = Figure.WAIT_P99

    /** [Figure.WAIT_P99_OF_TIMEOUT] */
    @get:JvmSynthetic public val waitP99OfTimeout: Figure = Figure.WAIT_P99_OF_TIMEOUT

    /** [Figure.OPEN_MEAN] */
    @get:JvmSynthetic public val openMean: Figure = Figure.OPEN_MEAN

    /** [Figure.RATE] */
    @get:JvmSynthetic public val rate: Figure = Figure.RATE

    /** [Figure.DOWN] */
    @get:JvmSynthetic public val down: Figure = Figure.DOWN

    /** [Figure.PAUSED] */
    @get:JvmSynthetic public val paused: Figure = Figure.PAUSED

    /** [Figure.LEAKED] */
    @get:JvmSynthetic public val leaked: Figure = Figure.LEAKED

    /** [Figure.CHURN] */
    @get:JvmSynthetic public val churn: Figure = Figure.CHURN

    /** Compares this figure with [threshold]. Only the last call counts. */
    @JvmSynthetic
    public infix fun Figure.above(threshold: Double) {
        figure = this
        this@AlertSettings.threshold = threshold
    }

    /** Compares this figure, which is a time, with [threshold]. */
    @JvmSynthetic
    public infix fun Figure.above(threshold: Duration): Unit = above(threshold.toDouble(DurationUnit.SECONDS))

    @JvmSynthetic
    internal fun build(): AlertRule {
        val compared =
            requireNotNull(figure) { "alert '$name' has no figure: say which, such as 'utilization above 0.8'" }
        val rule =
            AlertRule(name, level, compared, threshold)
                .holds(holds.toJavaDuration())
                .clearsAfter(clearsAfter.toJavaDuration())
                .window(window.toJavaDuration())
                .minAttempts(minAttempts)
        return clearsBelow?.let(rule::clearsBelow) ?: rule
    }
}
