package dev.rockpool

import dev.rockpool.internal.config.About
import dev.rockpool.internal.config.JsonForm
import dev.rockpool.internal.config.Rule
import dev.rockpool.internal.config.Rule.Companion.POSITIVE
import dev.rockpool.internal.config.Rule.Companion.rule
import dev.rockpool.internal.config.SettingTable.Rows
import dev.rockpool.internal.config.SettingType
import dev.rockpool.internal.config.SettingType.Companion.DECIMAL
import dev.rockpool.internal.config.SettingType.Companion.TIME_CHECKED
import dev.rockpool.internal.config.SettingType.Companion.TIME_PART
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** The parts of [PoolSettings.backoff]. In text form only its exponential and fixed parts can be given. */
internal object BackoffParts {
    @get:JvmSynthetic
    val WHOLE_BACKOFF: SettingType<Backoff> =
        SettingType(Backoff::class.java.name, JsonForm(BackoffJson, "must be ${BackoffJson.ALLOWED}"))

    private val PoolSettings.exponential
        get() = backoff as? Backoff.Exponential

    @JvmSynthetic
    fun addTo(rows: Rows<PoolSettings, PoolConfig>): Unit =
        with(rows) {
            part(
                "backoff.initial",
                { it.exponential?.initial },
                { all, value -> all.change(initial = value) },
                TIME_PART,
                100.milliseconds,
                About("The first pause between connects while they fail."),
                POSITIVE,
            )
            part(
                "backoff.factor",
                { it.exponential?.factor },
                { all, value -> all.change(factor = value) },
                DECIMAL,
                1.5,
                About("The ratio of each pause to the one before it."),
                rule("must be at least 1") { it.isFinite() && it >= 1 },
            )
            part(
                "backoff.max",
                { it.exponential?.max },
                { all, value -> all.change(max = value) },
                TIME_PART,
                10.seconds,
                About("The longest pause."),
                POSITIVE,
                Rule(
                    { "must be at least backoff.initial (${it.exponential?.initial})" },
                    { all, value -> all.exponential?.let { value >= it.initial } != false },
                ),
            )
            part(
                "backoff.jitter",
                { it.exponential?.jitter },
                { all, value -> all.change(jitter = value) },
                DECIMAL,
                0.2,
                About("The share of a pause by which it varies at random, 0 to 1."),
                rule("must be 0 to 1") { it in 0.0..1.0 },
            )
            part(
                "backoff.pause",
                { (it.backoff as? Backoff.Fixed)?.pause },
                { all, value -> all.backoff = Backoff.Fixed(value) },
                TIME_CHECKED,
                null,
                About("The pause of a fixed backoff."),
                POSITIVE,
            )
        }

    private fun PoolSettings.change(
        initial: Duration? = null,
        factor: Double? = null,
        max: Duration? = null,
        jitter: Double? = null,
    ) {
        val now = exponential ?: Backoff.Exponential()
        backoff =
            Backoff.Exponential(initial ?: now.initial, factor ?: now.factor, max ?: now.max, jitter ?: now.jitter)
    }
}

/** The parts of [PoolSettings.overload]. */
internal object OverloadParts {
    @get:JvmSynthetic
    val WHOLE_OVERLOAD: SettingType<OverloadControl> =
        SettingType(
            OverloadControl::class.java.name,
            JsonForm(OverloadControl.serializer(), "must be an object with target and interval"),
        )

    @JvmSynthetic
    fun addTo(rows: Rows<PoolSettings, PoolConfig>): Unit =
        with(rows) {
            part(
                "overload.target",
                { it.overload?.target },
                { all, value -> all.overload = OverloadControl(value, (all.overload ?: OverloadControl()).interval) },
                TIME_PART,
                null,
                About("The longest acceptable wait. Setting it turns overload control on; the default is 50 ms."),
                POSITIVE,
            )
            part(
                "overload.interval",
                { it.overload?.interval },
                { all, value -> all.overload = OverloadControl((all.overload ?: OverloadControl()).target, value) },
                TIME_PART,
                null,
                About("How long all waits must exceed the target before callers are rejected; the default is 1 s."),
                POSITIVE,
            )
        }
}
