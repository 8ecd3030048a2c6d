package dev.rockpool.internal.engine.runtime

import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.random.Random

/**
 * The source of a pool's jitter, for reproducible runs: an element of the context in which the pool is created.
 *
 * Internal, and public only because the simulation in `pool-testing` sets it. May change in any release.
 */
public class JitterSource(public val random: Random) : AbstractCoroutineContextElement(JitterSource) {
    public companion object Key : CoroutineContext.Key<JitterSource> {
        internal fun of(context: CoroutineContext): Random = context[JitterSource]?.random ?: Random.Default
    }
}
