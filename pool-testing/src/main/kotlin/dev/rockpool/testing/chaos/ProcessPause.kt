package dev.rockpool.testing.chaos

import java.lang.ProcessBuilder.Redirect
import kotlin.time.Duration
import kotlin.time.DurationUnit

/**
 * Stops this process by signals for a given time, and ends the given sessions meanwhile. A shell does both, because it
 * is not stopped. It starts first and waits for the order, so that the stop is immediate.
 */
internal class ProcessPause(time: Duration, sessions: List<Int>) {
    private val shell: Process

    init {
        val me = ProcessHandle.current().pid()
        val end = if (sessions.isEmpty()) "" else "kill -TERM ${sessions.joinToString(" ")};"
        val script = "read go; kill -STOP $me; $end sleep ${time.toDouble(DurationUnit.SECONDS)}; kill -CONT $me"
        shell =
            ProcessBuilder("/bin/sh", "-c", script)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start()
    }

    /** Stops the process. Returns when it runs again. */
    fun begin() {
        shell.outputStream.use { it.write('\n'.code) }
        check(shell.waitFor() == 0) { "this process could not be stopped and continued" }
    }
}
