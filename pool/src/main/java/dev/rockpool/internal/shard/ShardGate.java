package dev.rockpool.internal.shard;

import dev.rockpool.ReshardPlan;
import dev.rockpool.ShardMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the calls of each bucket, and keeps callers of moving buckets out. Thread-safe.
 *
 * <p><b>Key idea.</b> A call first counts itself in its bucket, and then checks whether the bucket moves. A plan first
 * publishes what moves, and then reads the counts. So at least one of them sees the other: either the plan waits for the
 * call, or the call withdraws and waits for the plan.
 *
 * <p>A call inside a call that a plan waits for may enter moving buckets of that plan. Otherwise they would wait for
 * each other.
 */
public final class ShardGate {
    /** @param running null if nothing moves */
    private record State(ShardMap map, RunningReshard running) {}

    private final AtomicIntegerArray inside = new AtomicIntegerArray(ShardMap.BUCKETS);
    private final ReentrantLock changing = new ReentrantLock();
    private volatile State state;

    public ShardGate(ShardMap map) {
        this.state = new State(map, null);
    }

    public ShardMap map() {
        return state.map();
    }

    /** The plan that is being carried out; null if there is none. */
    public RunningReshard running() {
        return state.running();
    }

    /**
     * Begins a call.
     *
     * @param outer the call that it is inside; null if there is none
     * @return null if the bucket moves, so that the caller must wait
     */
    public ShardVisit tryEnter(int bucket, ShardVisit outer) {
        ShardVisit kept = outer != null && outer.keep() ? outer : null;
        inside.incrementAndGet(bucket);
        State now = state;
        RunningReshard running = now.running();
        if (running == null || !running.moves(bucket) || kept != null && running.moves(kept.bucket()))
            return new ShardVisit(this, bucket, now.map().ownerOf(bucket), kept);
        leave(bucket);
        if (kept != null) kept.letGo();
        return null;
    }

    void leave(int bucket) {
        if (inside.decrementAndGet(bucket) > 0) return;
        RunningReshard running = state.running();
        if (running != null && running.moves(bucket)) running.look(inside);
    }

    /** The calls that a plan waits for. */
    public int calls(RunningReshard of) {
        return of.calls(inside);
    }

    /**
     * Starts to carry out a plan.
     *
     * @throws IllegalStateException if another plan is being carried out, or this one was made for another map
     */
    public RunningReshard begin(String name, ReshardPlan plan) {
        changing.lock();
        try {
            State now = state;
            if (now.running() != null)
                throw new IllegalStateException("pool '" + name + "' is being resharded already: "
                        + now.running().plan() + ". Try: wait for the end of that plan");
            if (!now.map().equals(plan.getBefore()))
                throw new IllegalStateException("pool '" + name + "': the plan was made for the map " + plan.getBefore()
                        + ", but the map is " + now.map() + ". Try: a plan for the present map");
            RunningReshard running = new RunningReshard(plan);
            state = new State(now.map(), running);
            return running;
        } finally {
            changing.unlock();
        }
    }

    /** Looks for calls that use moving buckets. Called once after {@link #begin}. */
    public void look(RunningReshard running) {
        running.look(inside);
    }

    /** Ends a plan: its map is in force from now on. */
    public void finish(RunningReshard running) {
        end(running, running.plan().getAfter());
    }

    /** Gives up a plan: the map before it stays in force. */
    public void abort(RunningReshard running) {
        end(running, running.plan().getBefore());
    }

    private void end(RunningReshard running, ShardMap map) {
        changing.lock();
        try {
            state = new State(map, null);
        } finally {
            changing.unlock();
        }
        running.ended();
    }
}
