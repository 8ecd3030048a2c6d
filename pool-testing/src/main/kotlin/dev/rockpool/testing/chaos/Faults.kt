package dev.rockpool.testing.chaos

import dev.rockpool.testing.EmbeddedDatabase.Shutdown
import dev.rockpool.testing.FaultProxy.Links
import dev.rockpool.testing.FaultProxy.Side
import java.time.Duration
import kotlin.concurrent.thread

/** Has the fault of a scenario strike once, last, and be over. [healing] is said right before it ends. */
internal fun Stage.strike(scenario: Scenario, healing: () -> Unit): Struck =
    when (scenario) {
        Scenario.SESSIONS_KILLED -> killAll(healing)
        Scenario.RESTARTED_FAST -> restart(Shutdown.FAST, healing)
        Scenario.RESTARTED_IMMEDIATE -> restart(Shutdown.IMMEDIATE, healing)
        Scenario.FROZEN -> freeze(healing)
        Scenario.BLACK_HOLE -> passing(healing) { proxy.blackHole(Links.ALL) }
        Scenario.RESET -> reset(healing)
        Scenario.SLOW_NETWORK ->
            passing(healing) {
                proxy.latency(Duration.ofMillis(LATENCY_MILLIS), Links.ALL)
                proxy.bandwidth(BYTES_PER_SECOND, Links.ALL)
            }
        Scenario.NO_PLACES -> takePlaces(healing)
        Scenario.PASSWORD_ROTATED -> {
            changePassword("secret ${System.nanoTime()}")
            killAll(healing)
        }
        Scenario.SILENCE -> lasting(healing) { proxy.blackHole(Links.EXISTING) }
        Scenario.HALF_OPEN -> lasting(healing) { proxy.halfOpen(Side.SERVER) }
    }

/** The server accepts all the time. */
private fun Stage.killAll(healing: () -> Unit): Struck {
    healing()
    val begin = System.nanoTime()
    kill()
    return Struck(System.nanoTime(), begin)
}

private fun Stage.restart(how: Shutdown, healing: () -> Unit): Struck {
    database.stop(how)
    val deadBy = System.nanoTime()
    hold()
    healing()
    val starter = thread(isDaemon = true, name = "server start") { database.start() }
    val acceptsAt = awaitAccepting()
    starter.join()
    return Struck(deadBy, acceptsAt)
}

private fun Stage.freeze(healing: () -> Unit): Struck {
    database.freeze()
    hold()
    healing()
    database.thaw()
    return Struck(null, awaitAccepting())
}

private fun Stage.reset(healing: () -> Unit): Struck {
    proxy.refuse()
    proxy.reset(Links.EXISTING)
    val deadBy = System.nanoTime()
    hold()
    healing()
    proxy.heal()
    return Struck(deadBy, System.nanoTime())
}

/** The network is hurt for a while, and no connection by it. */
private fun Stage.passing(healing: () -> Unit, hurt: () -> Unit): Struck {
    hurt()
    hold()
    healing()
    proxy.heal()
    return Struck(null, System.nanoTime())
}

/** The existing connections are hurt for good; new ones work all the time. */
private fun Stage.lasting(healing: () -> Unit, hurt: () -> Unit): Struck {
    val sessions = sessions()
    healing()
    hurt()
    return Struck(System.nanoTime(), awaitAccepting(), sessions)
}

/** The pool finds two places for as long as the fault lasts. */
private fun Stage.takePlaces(healing: () -> Unit): Struck {
    proxy.refuse()
    kill()
    val deadBy = System.nanoTime()
    val taken = takeAllPlaces()
    try {
        taken.take(PLACES_LEFT).forEach { it.close() }
        awaitPlaces(taken.size - PLACES_LEFT)
        healing()
        proxy.heal()
        val acceptsAt = System.nanoTime()
        hold()
        return Struck(deadBy, acceptsAt)
    } finally {
        taken.forEach { it.close() }
    }
}

private const val PLACES_LEFT = 2
private const val LATENCY_MILLIS = 10L
private const val BYTES_PER_SECOND = 100_000
