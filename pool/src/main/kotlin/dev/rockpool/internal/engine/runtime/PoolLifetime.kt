package dev.rockpool.internal.engine.runtime

import dev.rockpool.internal.base.logWarn
import kotlin.time.Duration

/**
 * When a pool closes itself, and what runs when it begins to close.
 *
 * @property idlePoolTimeout how long it may have no connection, waiter or lease; null means for ever
 * @param closing called once or several times as soon as the pool is closed to callers, for whatever reason; must not
 *   wait
 */
public class PoolLifetime(public val idlePoolTimeout: Duration?, private val closing: () -> Unit) {
    internal fun isClosing() {
        try {
            closing()
        } catch (e: Throwable) { // the close must go on
            logWarn(e) { "recording that a pool closes failed" }
        }
    }
}
