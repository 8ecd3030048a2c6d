package dev.rockpool

import dev.rockpool.internal.config.About
import dev.rockpool.internal.config.Rule
import dev.rockpool.internal.config.Rule.Companion.AT_LEAST_ONE
import dev.rockpool.internal.config.Rule.Companion.NOT_BLANK
import dev.rockpool.internal.config.Rule.Companion.ONE_LINE
import dev.rockpool.internal.config.Rule.Companion.POSITIVE
import dev.rockpool.internal.config.Rule.Companion.ZERO_OR_LONGER
import dev.rockpool.internal.config.SettingTable
import dev.rockpool.internal.config.SettingType.Companion.FLAG
import dev.rockpool.internal.config.SettingType.Companion.TEXT
import dev.rockpool.internal.config.SettingType.Companion.TIME
import dev.rockpool.internal.config.SettingType.Companion.WHOLE
import dev.rockpool.internal.config.SettingType.Companion.choice
import dev.rockpool.internal.config.SettingType.Companion.code
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** The settings of every pool. After a change, run `SettingsTableLaws` with `-Dsettings.update=true`. */
internal object PoolTable {
    private const val OUTAGES = "[outages](operating.md#outages)"
    private const val LEAKS = "[leaks](operating.md#leaks)"

    /** A pool prepares all its places when it is created, at 200 bytes each. */
    const val MAX_SIZE: Int = 1_000_000

    @get:JvmSynthetic
    val table: SettingTable<PoolSettings, PoolConfig> =
        SettingTable.of {
            setting(
                PoolSettings::name,
                PoolConfig::name,
                TEXT,
                "pool",
                About("Names the pool in messages, logs and stats."),
                NOT_BLANK,
                ONE_LINE,
            )
            setting(
                PoolSettings::maxSize,
                PoolConfig::maxSize,
                WHOLE,
                10,
                About("The most connections, including those that are being opened or closed."),
                Rule(
                    { if (it.maxSize < 1) "must be at least 1" else "must be at most $MAX_SIZE" },
                    { _, value -> value in 1..MAX_SIZE },
                ),
            )
            optional(
                PoolSettings::minIdle,
                PoolConfig::minIdle,
                WHOLE,
                null,
                About("Idle connections to keep ready.", absent = "2, or maxSize if that is less"),
                Rule({ "must be 0 to maxSize (${it.maxSize})" }, { all, value -> value in 0..maxOf(0, all.maxSize) }),
            )
            optional(
                PoolSettings::acquireTimeout,
                PoolConfig::acquireTimeout,
                TIME,
                30.seconds,
                About("How long a caller waits for a connection. Each call can have its own limit.", absent = NEVER),
                POSITIVE,
            )
            setting(
                PoolSettings::connectTimeout,
                PoolConfig::connectTimeout,
                TIME,
                10.seconds,
                About("How long opening one connection may take."),
                POSITIVE,
            )
            setting(
                PoolSettings::probeTimeout,
                PoolConfig::probeTimeout,
                TIME,
                5.seconds,
                About("How long a probe may take. Then the connection counts as dead."),
                POSITIVE,
            )
            setting(
                PoolSettings::resetTimeout,
                PoolConfig::resetTimeout,
                TIME,
                5.seconds,
                About("How long the reset of a returned connection may take. Then the connection is closed."),
                POSITIVE,
            )
            setting(
                PoolSettings::closeTimeout,
                PoolConfig::closeTimeout,
                TIME,
                5.seconds,
                About("How long closing a connection may occupy its slot."),
                POSITIVE,
            )
            optional(
                PoolSettings::trustWindow,
                PoolConfig::trustWindow,
                TIME,
                1.seconds,
                About(
                    "How long an idle connection is lent without a probe. 0 probes before every lend. For 30 s after a " +
                        "lease, one connection of PostgreSQL is probed at this interval.",
                    absent = NEVER,
                ),
                ZERO_OR_LONGER,
            )
            setting(
                PoolSettings::probeOnReturn,
                PoolConfig::probeOnReturn,
                FLAG,
                false,
                About("Whether returned connections are probed in the background."),
            )
            optional(
                PoolSettings::idleTimeout,
                PoolConfig::idleTimeout,
                TIME,
                10.minutes,
                About("How long a connection above `minIdle` may sit idle.", absent = NEVER),
                POSITIVE,
            )
            optional(
                PoolSettings::maxLifetime,
                PoolConfig::maxLifetime,
                TIME,
                30.minutes,
                About(
                    "The maximum age of a connection. Each gets a random limit of 75 to 100 % of it.",
                    absent = NEVER,
                ),
                POSITIVE,
            )
            optional(
                PoolSettings::keepaliveInterval,
                PoolConfig::keepaliveInterval,
                TIME,
                2.minutes,
                About("How long a connection may sit idle before a probe keeps it alive.", absent = NEVER),
                POSITIVE,
            )
            setting(
                PoolSettings::maxConcurrentOpens,
                PoolConfig::maxConcurrentOpens,
                WHOLE,
                4,
                About("The most connects at the same time.", "[opening](#how-the-pool-grows)"),
                AT_LEAST_ONE,
            )
            optional(
                PoolSettings::maxPending,
                PoolConfig::maxPending,
                WHOLE,
                null,
                About(
                    "The most waiting callers, of all priorities together. The next one fails at once.",
                    absent = "any number",
                ),
                AT_LEAST_ONE,
            )
            setting(
                PoolSettings::backoff,
                PoolConfig::backoff,
                BackoffParts.WHOLE_BACKOFF,
                Backoff(),
                About("The pauses between connects while they fail: exponential, fixed or your own function."),
            )
            BackoffParts.addTo(this)
            optional(
                PoolSettings::failFastAfter,
                PoolConfig::failFastAfter,
                TIME,
                30.seconds,
                About("How long the database may be unreachable before callers fail at once.", OUTAGES, NEVER),
                POSITIVE,
            )
            optional(
                PoolSettings::overload,
                PoolConfig::overload,
                OverloadParts.WHOLE_OVERLOAD,
                null,
                About(
                    "Whether and when callers are rejected under overload.",
                    "[overload control](#overload-control)",
                    NEVER,
                ),
            )
            OverloadParts.addTo(this)
            setting(
                PoolSettings::bargingWindow,
                PoolConfig::bargingWindow,
                TIME,
                400.microseconds,
                About(
                    "How long newcomers may overtake a parked platform thread.",
                    "[fairness](#fairness)",
                    formerName = "patience",
                ),
                ZERO_OR_LONGER,
            )
            setting(
                PoolSettings::reusePolicy,
                PoolConfig::reusePolicy,
                choice(ReusePolicy.serializer()),
                ReusePolicy.AFFINE,
                About("Which idle connection is lent next: this thread's last one, `LIFO` or `FIFO`."),
            )
            optional(
                PoolSettings::budget,
                PoolConfig::budget,
                code("dev.rockpool.Budget.Share"),
                null,
                About(
                    "The share of a budget, which limits the connections of several pools together.",
                    "[budget](many-pools.md#one-budget)",
                    "no budget",
                ),
            )
            optional(
                PoolSettings::leakThreshold,
                PoolConfig::leakThreshold,
                TIME,
                null,
                About("How long a lease may last before it is reported with its holder.", LEAKS, NEVER),
                POSITIVE,
            )
            setting(
                PoolSettings::reclaimLeaks,
                PoolConfig::reclaimLeaks,
                FLAG,
                true,
                About("Whether a leaked lease is reclaimed after its thread or job has ended."),
            )
            setting(
                PoolSettings::leakStackTraces,
                PoolConfig::leakStackTraces,
                FLAG,
                false,
                About("Whether the leak report shows where the connection was acquired. Costs a stack trace per lease."),
            )
            optional(
                PoolSettings::stuckCallTimeout,
                PoolConfig::stuckCallTimeout,
                TIME,
                10.seconds,
                About(
                    "How long a call may transfer no byte before the server is asked whether it still works (PostgreSQL).",
                    "[silent networks](operating.md#silent-networks)",
                    NEVER,
                    "silenceLimit",
                ),
                POSITIVE,
            )
            setting(
                PoolSettings::statsInterval,
                PoolConfig::statsInterval,
                TIME,
                1.seconds,
                About("The shortest time between two publications of `stats`."),
                POSITIVE,
            )
        }

    private const val NEVER = "never"
}
