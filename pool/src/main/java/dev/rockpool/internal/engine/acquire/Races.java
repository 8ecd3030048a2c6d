package dev.rockpool.internal.engine.acquire;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The callers that wait in the same group of pools. Touched only by callers that wait. Thread-safe. */
public final class Races<C> {
    private final Set<RacingCaller<C, ?>> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong();
    private final Supplier<List<RacePool<C>>> present;

    /** @param present the pools that serve at the moment */
    public Races(Supplier<List<RacePool<C>>> present) {
        this.present = present;
    }

    /** A pool may have come to serve after a caller chose its pools and before {@link #began}. Then nothing told it. */
    List<RacePool<C>> present() {
        return present.get();
    }

    /** Numbers callers in order of arrival. */
    long nextNumber() {
        return numbers.incrementAndGet();
    }

    void began(RacingCaller<C, ?> caller) {
        waiting.add(caller);
    }

    void ended(RacingCaller<C, ?> caller) {
        waiting.remove(caller);
    }

    /** Lets all waiting callers join the queue of a pool that has returned, in order of arrival. */
    public void rejoin(RacePool<C> pool) {
        waiting.stream().sorted(Comparator.comparingLong(RacingCaller::number)).forEach(caller -> caller.rejoin(pool));
    }

    /** How many places in queues there are beyond one for each waiting caller. */
    public int extraPlaces() {
        int extra = 0;
        for (RacingCaller<C, ?> caller : waiting) extra += caller.extraPlaces();
        return extra;
    }
}
