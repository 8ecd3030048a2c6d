package dev.rockpool.internal.shard;

import dev.rockpool.ReshardPlan;
import dev.rockpool.ShardMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.ReentrantLock;

/** A plan that is being carried out, and the callers that wait for its end. Thread-safe. */
public final class RunningReshard {
    private final ReshardPlan plan;
    private final BitSet moving = new BitSet(ShardMap.BUCKETS); // never changed after the constructor
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<CompletableFuture<Void>> waiting = new LinkedHashSet<>();
    private boolean ended;

    RunningReshard(ReshardPlan plan) {
        this.plan = plan;
        plan.getBuckets().forEach(moving::set);
    }

    public ReshardPlan plan() {
        return plan;
    }

    /** Completes when no call uses a moving bucket any more. */
    public CompletableFuture<Void> drained() {
        return drained;
    }

    boolean moves(int bucket) {
        return moving.get(bucket);
    }

    /**
     * Checks whether any call still uses a moving bucket. Reading the counts one after the other is safe: only a call
     * that still counts can let another one in.
     */
    void look(AtomicIntegerArray inside) {
        if (!drained.isDone() && calls(inside) == 0) drained.complete(null);
    }

    /** The calls that use moving buckets. */
    int calls(AtomicIntegerArray inside) {
        return moving.stream().map(inside::get).sum();
    }

    /** A future for one caller, which completes when the plan has ended. Callers continue in their order. */
    public CompletableFuture<Void> end() {
        CompletableFuture<Void> caller = new CompletableFuture<>();
        lock.lock();
        try {
            if (ended) return CompletableFuture.completedFuture(null);
            waiting.add(caller);
        } finally {
            lock.unlock();
        }
        caller.whenComplete((nothing, gaveUp) -> forget(caller));
        return caller;
    }

    private void forget(CompletableFuture<Void> caller) {
        lock.lock();
        try {
            waiting.remove(caller);
        } finally {
            lock.unlock();
        }
    }

    /** Lets the callers continue. They look at the map again. */
    void ended() {
        release(true);
    }

    /** Lets the callers continue before the end, because the pool is closed. */
    public void release() {
        release(false);
    }

    private void release(boolean atEnd) {
        List<CompletableFuture<Void>> callers;
        lock.lock();
        try {
            ended |= atEnd;
            callers = new ArrayList<>(waiting);
        } finally {
            lock.unlock();
        }
        callers.forEach(caller -> caller.complete(null));
    }
}
