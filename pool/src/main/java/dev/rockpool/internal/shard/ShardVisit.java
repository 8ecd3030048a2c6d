package dev.rockpool.internal.shard;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A call that uses a bucket, until it ends. A call inside it keeps its bucket in use, so the bucket does not begin to
 * move before both have ended. Thread-safe.
 */
public final class ShardVisit {
    private final ShardGate gate;
    private final int bucket;
    private final String shard;
    private final ShardVisit outer;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger users = new AtomicInteger(1);

    /** @param outer the call that it is inside, which is kept for it; null if there is none */
    ShardVisit(ShardGate gate, int bucket, String shard, ShardVisit outer) {
        this.gate = gate;
        this.bucket = bucket;
        this.shard = shard;
        this.outer = outer;
    }

    public int bucket() {
        return bucket;
    }

    public String shard() {
        return shard;
    }

    /** Keeps its bucket in use for a call inside it. Returns false if it has ended. */
    boolean keep() {
        return users.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }

    /** The reverse of {@link #keep}. */
    void letGo() {
        if (users.decrementAndGet() > 0) return;
        gate.leave(bucket);
        if (outer != null) outer.letGo();
    }

    /** Ends the call. A second time does nothing. */
    public void end() {
        if (ended.compareAndSet(false, true)) letGo();
    }
}
