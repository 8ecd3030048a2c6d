package dev.rockpool.testing.chaos

import java.lang.ProcessBuilder.Redirect
import kotlin.time.Duration
import kotlin.time.DurationUnit

/**
 * Stops this process for so long by signals, and ends these sessions meanwhile. A shell does it, which is not stopped;
 * it waits for its order, so that the process stops at once then.
 */
internal class Standstill(time: Duration, sessions: List<Int>) {
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

    /** Returns when the process goes on. */
    fun begin() {
        shell.outputStream.use { it.write('\n'.code) }
        check(shell.waitFor() == 0) { "this process cannot be stopped and continued" }
    }
}
