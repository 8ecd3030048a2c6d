package dev.rockpool.testing.simulation

import dev.rockpool.Backoff
import dev.rockpool.PoolConfig
import dev.rockpool.PoolSettings
import dev.rockpool.ReusePolicy
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** Settings drawn from a seed: small pools and short times, so that limits are met often. [fixed] has the last word. */
internal fun simulatedConfig(seed: Long, fixed: PoolConfig.Builder.() -> Unit): PoolConfig {
    val chance = SeededRandom(seed, SeededRandom.SETTINGS)
    val builder = PoolConfig.builder()
    with(builder) {
        name = "simulated"
        maxSize = chance.pick(1, 1, 2, 2, 3, 4)
        minIdle = chance.pick(0, 0, chance.below(maxSize + 1))
        acquireTimeout = chance.orNever(20, 50, 200)
        connectTimeout = chance.millis(20, 50)
        probeTimeout = chance.millis(10, 30)
        resetTimeout = chance.millis(10, 30)
        closeTimeout = chance.millis(10, 30)
        trustWindow = chance.orNever(5, 30, 200)
        idleTimeout = chance.orNever(60, 300)
        maxLifetime = chance.orNever(40, 200, 1_000)
        keepaliveInterval = chance.orNever(40, 150)
        maxConcurrentOpens = chance.pick(1, 2, 4)
        maxPending = chance.pick(null, null, null, 1, 3)
        backoff = Backoff(chance.millis(5, 20), chance.pick(1.0, 1.5, 3.0), 100.milliseconds, chance.pick(0.0, 0.2))
        reusePolicy = chance.of(ReusePolicy.entries)
        statsInterval = chance.millis(5, 20, 100)
        failFastAfter = if (chance.oneIn(2)) null else chance.millis(60, 300)
        proving(SeededRandom(seed, SeededRandom.PROVING))
        fixed()
    }
    return builder.build()
}

/** A stream of its own, so that what older seeds found can still be repeated by them. */
private fun PoolSettings.proving(chance: SeededRandom) {
    if (chance.oneIn(6)) trustWindow = chance.millis(0, 0, 1)
    probeOnReturn = chance.oneIn(8)
}

private fun SeededRandom.orNever(vararg choices: Int): Duration? = if (oneIn(4)) null else millis(*choices)
