package dev.rockpool.testing.simulation

import dev.rockpool.Backoff
import dev.rockpool.PoolConfig
import dev.rockpool.PoolSettings
import dev.rockpool.ReusePolicy
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * Settings drawn from a seed: small pools and short times, so that limits are reached often. [fixed] overrides them.
 */
internal fun simulatedConfig(seed: Long, fixed: PoolConfig.Builder.() -> Unit): PoolConfig {
    val random = SeededRandom(seed, SeededRandom.SETTINGS)
    val builder = PoolConfig.builder()
    with(builder) {
        name = "simulated"
        maxSize = random.pick(1, 1, 2, 2, 3, 4)
        minIdle = random.pick(0, 0, random.below(maxSize + 1))
        acquireTimeout = random.orNever(20, 50, 200)
        connectTimeout = random.millis(20, 50)
        probeTimeout = random.millis(10, 30)
        resetTimeout = random.millis(10, 30)
        closeTimeout = random.millis(10, 30)
        trustWindow = random.orNever(5, 30, 200)
        idleTimeout = random.orNever(60, 300)
        maxLifetime = random.orNever(40, 200, 1_000)
        keepaliveInterval = random.orNever(40, 150)
        maxConcurrentOpens = random.pick(1, 2, 4)
        maxPending = random.pick(null, null, null, 1, 3)
        backoff = Backoff(random.millis(5, 20), random.pick(1.0, 1.5, 3.0), 100.milliseconds, random.pick(0.0, 0.2))
        reusePolicy = random.of(ReusePolicy.entries)
        statsInterval = random.millis(5, 20, 100)
        failFastAfter = if (random.oneIn(2)) null else random.millis(60, 300)
        drawProbing(SeededRandom(seed, SeededRandom.PROVING))
        drawPeeks(SeededRandom(seed, SeededRandom.PEEKS))
        fixed()
    }
    return builder.build()
}

/** Uses its own random stream, so that older seeds still reproduce what they found. */
private fun PoolSettings.drawProbing(random: SeededRandom) {
    if (random.oneIn(6)) trustWindow = random.millis(0, 0, 1)
    probeOnReturn = random.oneIn(8)
}

/** Shorter times would leave no connection to be kept fresh. */
private fun PoolSettings.drawPeeks(random: SeededRandom) {
    if (!Peeks.isOn(random)) return
    if (random.percent(80)) trustWindow = random.millis(100, 100, 200)
    if (random.percent(80)) idleTimeout = random.orNever(300)
    if (random.percent(80)) maxLifetime = random.orNever(1_000)
    if (random.percent(80)) keepaliveInterval = null
}

private fun SeededRandom.orNever(vararg choices: Int): Duration? = if (oneIn(4)) null else millis(*choices)
