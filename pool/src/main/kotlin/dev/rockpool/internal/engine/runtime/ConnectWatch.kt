package dev.rockpool.internal.engine.runtime

import dev.rockpool.ConnectFailure
import java.util.concurrent.CopyOnWriteArrayList

/** Is told of each failed connect, on the thread where it failed. Must not wait or throw. */
public fun interface ConnectWatcher {
    public fun failed(cause: Throwable, kind: ConnectFailure)
}

/** Those who watch the connects of a pool. There is no list while nobody does. Thread-safe. */
internal class ConnectWatch {
    @Volatile private var watchers: CopyOnWriteArrayList<ConnectWatcher>? = null

    /** Adds a watcher until the result is closed. */
    @Synchronized
    fun add(watcher: ConnectWatcher): AutoCloseable {
        val all = watchers ?: CopyOnWriteArrayList<ConnectWatcher>().also { watchers = it }
        all += watcher
        return AutoCloseable { all -= watcher }
    }

    fun failed(cause: Throwable, kind: ConnectFailure) {
        watchers?.forEach { it.failed(cause, kind) }
    }
}
