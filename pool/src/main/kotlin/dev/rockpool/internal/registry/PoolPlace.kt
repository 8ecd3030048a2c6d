package dev.rockpool.internal.registry

import dev.rockpool.internal.engine.runtime.PoolLifetime

/**
 * The place of a new pool in a registry. The engine is started with it. So the registry hears when the pool closes, and
 * an unused pool closes itself.
 */
public class PoolPlace internal constructor(internal val lifetime: PoolLifetime) {
    /** The same place for a pool that never closes itself. */
    public fun forEver(): PoolPlace = PoolPlace(PoolLifetime(null, lifetime::isClosing))
}
