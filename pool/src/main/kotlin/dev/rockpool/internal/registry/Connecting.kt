package dev.rockpool.internal.registry

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectResult
import dev.rockpool.ConnectRetry
import dev.rockpool.PoolExhaustedException
import dev.rockpool.Priority
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.runtime.nanosAfter
import kotlin.random.Random
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.sync.withPermit

/**
 * One call of `connectAll`. Each attempt waits in the queue of the key's pool, so the pool opens the connection and
 * owns it. The attempt leaves the queue when one connect has failed.
 */
internal class Connecting<K : Any, C : Any>(
    private val pool: EngineKeyedPool<K, C>,
    private val timeSource: TimeSource,
    atOnce: Int,
    private val retry: (K) -> ConnectRetry,
    private val onResult: (ConnectResult<K>) -> Unit,
) {
    private val places = Semaphore(requirePositive(atOnce))
    private val reporting = Mutex()

    suspend fun all(keys: Collection<K>): Map<K, ConnectResult<K>> = coroutineScope {
        keys.distinct().map { key -> async { connect(key).also { report(it) } } }.awaitAll().associateBy { it.key }
    }

    private suspend fun connect(key: K): ConnectResult<K> {
        val start = timeSource.markNow()
        var attempts = 0
        val failure = catching {
            val retry = retry(key)
            var last: Failed?
            do {
                if (attempts > 0) delay(retry.backoff.nanosAfter(attempts, Random.nextDouble(), pool.name).nanoseconds)
                attempts++
                last = places.withPermit { attempt(key) }
            } while (last != null && !last.permanent && attempts < retry.attempts)
            last?.cause
        }
        return ConnectResult(key, failure, attempts, start.elapsedNow())
    }

    /** Errors too, because user code runs here. One key's failure must not end the others. */
    private suspend inline fun catching(connect: () -> Throwable?): Throwable? =
        try {
            connect()
        } catch (e: Throwable) {
            currentCoroutineContext().ensureActive() // otherwise it was not this call that was cancelled
            e
        }

    private suspend fun attempt(key: K): Failed? =
        try {
            pool.retried(key) { it.connectOnce() }
        } catch (e: ConnectFailedException) {
            Failed(e.cause ?: e, e.failure == ConnectFailure.PERMANENT)
        } catch (e: AcquireTimeoutException) {
            Failed(e, false)
        } catch (e: PoolExhaustedException) {
            Failed(e, false)
        }

    /** Waits until the pool has an open connection, or until a connect has failed. Returns that failure. */
    private suspend fun Engine<C>.connectOnce(): Failed? {
        if (allSlots().any { it.phase() == Phase.LEASED }) return null
        val failed = CompletableDeferred<Failed>()
        val watch = watchConnects { cause, kind -> failed.complete(Failed(cause, kind == ConnectFailure.PERMANENT)) }
        return watch.use {
            coroutineScope {
                val connected = async { acquireAndRelease() }
                select {
                    connected.onAwait { null }
                    failed.onAwait { it.also { connected.cancel() } }
                }
            }
        }
    }

    /** Waits for a connection like any caller. No hook is called, because nobody uses it. */
    private suspend fun Engine<C>.acquireAndRelease() {
        val slot = await(config.acquireTimeout, Priority.NORMAL)
        release(slot, slot.granted())
    }

    private suspend fun report(result: ConnectResult<K>) =
        reporting.withLock {
            try {
                onResult(result)
            } catch (e: Throwable) { // user code: the result counts, and the other keys go on
                logWarn(e) { "keyed pool '${pool.name}': reporting the connect to ${result.key} failed" }
            }
        }

    private class Failed(val cause: Throwable, val permanent: Boolean)

    private companion object {
        fun requirePositive(atOnce: Int): Int {
            require(atOnce >= 1) { "atOnce is $atOnce but must be at least 1" }
            return atOnce
        }
    }
}
