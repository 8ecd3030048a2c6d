package dev.rockpool

import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * The data of the caller's key was still being moved to another shard when its timeout expired.
 *
 * @property bucket the bucket of the key
 * @property waited how long the caller waited
 */
public class BucketMovingException
internal constructor(poolName: String, public val bucket: Int, @get:JvmSynthetic public val waited: Duration) :
    PoolException(
        poolName,
        "pool '$poolName': bucket $bucket was still being moved to another shard after " +
            "${waited.inWholeMilliseconds} ms. Try: raise the timeout, or move fewer buckets at a time.",
    ) {
    /** [waited] for Java. */
    @ForJava @JvmName("getWaited") public fun waitedForJava(): java.time.Duration = waited.toJavaDuration()
}

/**
 * A plan was aborted, because calls of the buckets that should move did not end in time. The map is as before.
 *
 * @property calls how many calls had not ended
 * @property waited how long it waited for them
 */
public class ReshardTimeoutException
internal constructor(poolName: String, public val calls: Int, @get:JvmSynthetic public val waited: Duration) :
    PoolException(
        poolName,
        "pool '$poolName': nothing was moved, because $calls calls of moving buckets had not ended after " +
            "${waited.inWholeMilliseconds} ms. Try: hold connections for a shorter time, move fewer buckets at a " +
            "time, or raise drainTimeout.",
    ) {
    /** [waited] for Java. */
    @ForJava @JvmName("getWaited") public fun waitedForJava(): java.time.Duration = waited.toJavaDuration()
}
