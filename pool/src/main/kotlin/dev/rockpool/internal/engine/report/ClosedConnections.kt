package dev.rockpool.internal.engine.report

import dev.rockpool.CloseReason
import dev.rockpool.ClosedConnection
import java.util.ArrayDeque
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

private const val KEPT = 32

/** The most recently closed connections. Thread-safe. Written once per close. */
internal class ClosedConnections(private val now: () -> Long) {
    private class Entry(val number: Long, val kind: CloseReason, val reason: String, val age: Duration, val time: Long)

    private val entries = ArrayDeque<Entry>(0)

    @Synchronized
    fun closed(number: Long, kind: CloseReason, reason: String, age: Duration) {
        if (entries.size == KEPT) entries.removeLast()
        entries.addFirst(Entry(number, kind, reason, age, now()))
    }

    @Synchronized
    fun latest(): List<ClosedConnection> {
        val now = now()
        return entries.map { ClosedConnection(it.number, it.kind, it.reason, it.age, (now - it.time).nanoseconds) }
    }
}
