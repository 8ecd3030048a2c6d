package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.engine.acquire.PrepareAttempts
import dev.rockpool.jdbc.internal.connection.UnpreparedException
import kotlin.time.Duration

/**
 * Leases a connection, with the time that is left, and another one if that could not be prepared.
 *
 * @param lend leases a connection, prepares it and runs the caller's block
 */
internal inline fun <R> PrepareAttempts.untilPrepared(lend: (left: Duration?) -> R): R {
    while (true) {
        try {
            return lend(left().orNull())
        } catch (e: UnpreparedException) {
            failed(checkNotNull(e.cause))
        }
    }
}
