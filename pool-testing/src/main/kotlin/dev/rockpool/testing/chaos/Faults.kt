package dev.rockpool.testing.chaos

import dev.rockpool.testing.EmbeddedDatabase.Shutdown
import dev.rockpool.testing.FaultProxy.Links
import dev.rockpool.testing.FaultProxy.Side
import java.time.Duration
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds
import kotlin.time.DurationUnit

/** Injects the fault of a scenario once and ends it. [callers] start recording successes just before it ends. */
internal fun FaultEnvironment.inject(scenario: Scenario, callers: Callers): InjectedFault {
    val beforeEnd = callers::recordSuccesses
    return when (scenario) {
        Scenario.SESSIONS_KILLED -> killAll(beforeEnd)
        Scenario.RESTARTED_FAST -> restart(Shutdown.FAST, beforeEnd)
        Scenario.RESTARTED_IMMEDIATE -> restart(Shutdown.IMMEDIATE, beforeEnd)
        Scenario.FROZEN -> freeze(beforeEnd)
        Scenario.CLIENT_FROZEN -> freezeClient(callers)
        Scenario.BLACK_HOLE -> passing(beforeEnd) { proxy.blackHole(Links.ALL) }
        Scenario.RESET -> reset(beforeEnd)
        Scenario.SLOW_NETWORK ->
            passing(beforeEnd) {
                proxy.latency(Duration.ofMillis(LATENCY_MILLIS), Links.ALL)
                proxy.bandwidth(BYTES_PER_SECOND, Links.ALL)
            }
        Scenario.SLOW_ANSWER -> slowAnswer(callers)
        Scenario.NO_PLACES -> exhaustSessions(beforeEnd)
        Scenario.PASSWORD_ROTATED -> {
            changePassword("secret ${System.nanoTime()}")
            killAll(beforeEnd)
        }
        Scenario.SILENCE -> lasting(beforeEnd) { proxy.blackHole(Links.EXISTING) }
        Scenario.HALF_OPEN -> lasting(beforeEnd) { proxy.halfOpen(Side.SERVER) }
    }
}

/** The server accepts connections throughout. */
private fun FaultEnvironment.killAll(beforeEnd: () -> Unit): InjectedFault {
    beforeEnd()
    val begin = System.nanoTime()
    kill()
    return InjectedFault(System.nanoTime(), begin)
}

private fun FaultEnvironment.restart(how: Shutdown, beforeEnd: () -> Unit): InjectedFault {
    database.stop(how)
    val deadBy = System.nanoTime()
    hold()
    beforeEnd()
    val starter = thread(isDaemon = true, name = "server start") { database.start() }
    val acceptsAt = awaitAccepting()
    starter.join()
    return InjectedFault(deadBy, acceptsAt)
}

private fun FaultEnvironment.freeze(beforeEnd: () -> Unit): InjectedFault {
    database.freeze()
    hold()
    beforeEnd()
    database.thaw()
    return InjectedFault(null, awaitAccepting())
}

/**
 * No lease is active, so no error is excusable. Callers resume a little later, when other paused threads had time to
 * wake up.
 */
private fun FaultEnvironment.freezeClient(callers: Callers): InjectedFault {
    val pause = ProcessPause(MIN_CLIENT_PAUSE + faultTime(), sessions())
    callers.pauseAll()
    val deadBy = System.nanoTime()
    pause.begin()
    TimeUnit.MILLISECONDS.sleep(RESUME_MILLIS)
    callers.recordSuccesses()
    val acceptsAt = System.nanoTime()
    callers.resumeAll()
    return InjectedFault(deadBy, acceptsAt)
}

private fun FaultEnvironment.slowAnswer(callers: Callers): InjectedFault {
    proxy.bandwidth(SLOW_BYTES_PER_SECOND, Links.ALL)
    callers.ask((SLOW_BYTES_PER_SECOND * (faultTime() * ANSWER_TIMES).toDouble(DurationUnit.SECONDS)).toInt())
    callers.recordSuccesses()
    proxy.heal()
    return InjectedFault(null, System.nanoTime())
}

private fun FaultEnvironment.reset(beforeEnd: () -> Unit): InjectedFault {
    proxy.refuse()
    proxy.reset(Links.EXISTING)
    val deadBy = System.nanoTime()
    hold()
    beforeEnd()
    proxy.heal()
    return InjectedFault(deadBy, System.nanoTime())
}

/** The network is impaired for a while, but no connection breaks. */
private fun FaultEnvironment.passing(beforeEnd: () -> Unit, hurt: () -> Unit): InjectedFault {
    hurt()
    hold()
    beforeEnd()
    proxy.heal()
    return InjectedFault(null, System.nanoTime())
}

/** Existing connections are impaired for good. New ones always work. */
private fun FaultEnvironment.lasting(beforeEnd: () -> Unit, hurt: () -> Unit): InjectedFault {
    val sessions = sessions()
    beforeEnd()
    hurt()
    return InjectedFault(System.nanoTime(), awaitAccepting(), sessions)
}

/** The pool finds only two free sessions while the fault lasts. */
private fun FaultEnvironment.exhaustSessions(beforeEnd: () -> Unit): InjectedFault {
    proxy.refuse()
    kill()
    val deadBy = System.nanoTime()
    val taken = takeAllSessions()
    try {
        taken.take(SESSIONS_LEFT).forEach { it.close() }
        awaitSessionsClosed(taken.size - SESSIONS_LEFT)
        beforeEnd()
        proxy.heal()
        val acceptsAt = System.nanoTime()
        hold()
        return InjectedFault(deadBy, acceptsAt)
    } finally {
        taken.forEach { it.close() }
    }
}

/** Longer than half of any usual trust window, which is when a process notices that it was stopped. */
private val MIN_CLIENT_PAUSE = 1.5.seconds

private const val RESUME_MILLIS = 200L
private const val SLOW_BYTES_PER_SECOND = 30_000
private const val ANSWER_TIMES = 25
private const val SESSIONS_LEFT = 2
private const val LATENCY_MILLIS = 10L
private const val BYTES_PER_SECOND = 100_000
