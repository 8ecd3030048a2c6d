package dev.rockpool.internal.engine.runtime

import java.util.concurrent.ThreadLocalRandom
import java.util.function.DoubleSupplier
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
        /** Uniform in 0..1. The default is the JDK's, because Kotlin's loads ten more classes at a cold start. */
        internal fun of(context: CoroutineContext): DoubleSupplier {
            val random =
                context[JitterSource]?.random ?: return DoubleSupplier { ThreadLocalRandom.current().nextDouble() }
            return DoubleSupplier { random.nextDouble() }
        }
    }
}
