package dev.rockpool.internal.engine.runtime

import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.random.Random

/**
 * Where a pool's jitter comes from, when it is to be repeated: an element of the context that the pool is created in.
 *
 * Internal, and public only because the simulation in `pool-testing` sets it: may change in any release.
 */
public class JitterSource(public val random: Random) : AbstractCoroutineContextElement(JitterSource) {
    public companion object Key : CoroutineContext.Key<JitterSource> {
        internal fun of(context: CoroutineContext): Random = context[JitterSource]?.random ?: Random.Default
    }
}
