package dev.rockpool.testing.chaos

import dev.rockpool.testing.EmbeddedDatabase.Shutdown
import dev.rockpool.testing.FaultProxy.Links
import dev.rockpool.testing.FaultProxy.Side
import java.time.Duration
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds
import kotlin.time.DurationUnit

/** Has the fault of a scenario strike once, last, and be over. The callers hear of it right before it ends. */
internal fun Stage.strike(scenario: Scenario, callers: Callers): Struck {
    val healing = callers::listen
    return when (scenario) {
        Scenario.SESSIONS_KILLED -> killAll(healing)
        Scenario.RESTARTED_FAST -> restart(Shutdown.FAST, healing)
        Scenario.RESTARTED_IMMEDIATE -> restart(Shutdown.IMMEDIATE, healing)
        Scenario.FROZEN -> freeze(healing)
        Scenario.CLIENT_FROZEN -> freezeClient(callers)
        Scenario.BLACK_HOLE -> passing(healing) { proxy.blackHole(Links.ALL) }
        Scenario.RESET -> reset(healing)
        Scenario.SLOW_NETWORK ->
            passing(healing) {
                proxy.latency(Duration.ofMillis(LATENCY_MILLIS), Links.ALL)
                proxy.bandwidth(BYTES_PER_SECOND, Links.ALL)
            }
        Scenario.SLOW_ANSWER -> slowAnswer(callers)
        Scenario.NO_PLACES -> takePlaces(healing)
        Scenario.PASSWORD_ROTATED -> {
            changePassword("secret ${System.nanoTime()}")
            killAll(healing)
        }
        Scenario.SILENCE -> lasting(healing) { proxy.blackHole(Links.EXISTING) }
        Scenario.HALF_OPEN -> lasting(healing) { proxy.halfOpen(Side.SERVER) }
    }
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

/** No lease is out, so none has an excuse. Callers go on when whatever slept with them has had time to wake. */
private fun Stage.freezeClient(callers: Callers): Struck {
    val standstill = Standstill(UNTRUSTED + faultTime(), sessions())
    callers.rest()
    val deadBy = System.nanoTime()
    standstill.begin()
    TimeUnit.MILLISECONDS.sleep(WAKING_MILLIS)
    callers.listen()
    val acceptsAt = System.nanoTime()
    callers.goOn()
    return Struck(deadBy, acceptsAt)
}

private fun Stage.slowAnswer(callers: Callers): Struck {
    proxy.bandwidth(SLOW_BYTES_PER_SECOND, Links.ALL)
    callers.ask((SLOW_BYTES_PER_SECOND * (faultTime() * ANSWER_TIMES).toDouble(DurationUnit.SECONDS)).toInt())
    callers.listen()
    proxy.heal()
    return Struck(null, System.nanoTime())
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

/** Longer than half of any usual trust: from then on a process notices that it stood still. */
private val UNTRUSTED = 1.5.seconds

private const val WAKING_MILLIS = 50L
private const val SLOW_BYTES_PER_SECOND = 30_000
private const val ANSWER_TIMES = 25
private const val PLACES_LEFT = 2
private const val LATENCY_MILLIS = 10L
private const val BYTES_PER_SECOND = 100_000
