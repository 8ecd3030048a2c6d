package dev.rockpool

/**
 * A pool as one class of its callers sees it, such as background jobs. They share a quota: they never have more than
 * [CallerQuota.max] connections at the same time, and [CallerQuota.reserved] places of the pool are kept for them.
 *
 * It uses the connections and the queue of the pool that it was created from. A caller that its quota holds back blocks
 * nobody behind it. It keeps its place, and is served when a lease of its class ends. [PoolConfig.maxPending] applies
 * to each class separately.
 *
 * [config], [control], [stats] and [snapshot] are those of the whole pool, and closing this closes the pool.
 * Thread-safe. Create it with [callers].
 */
public interface CallerPool<C : Any> : Pool<C> {
    /** The name of these callers. */
    public val callers: String

    /** The limits of these callers, and what they use now. */
    public fun quota(): CallerQuota

    /**
     * Changes the limits. If these callers have more than [max] connections now, they keep them, and get no others
     * until enough were returned.
     *
     * @param max how many connections they may have, at least 1
     * @param reserved how many places are kept for them, at most [max]
     * @throws InvalidConfigException naming all problems; then nothing has changed
     */
    public fun limit(max: Int, reserved: Int)
}
