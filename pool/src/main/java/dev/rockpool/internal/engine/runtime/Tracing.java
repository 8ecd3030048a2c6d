package dev.rockpool.internal.engine.runtime;

import dev.rockpool.PoolListener;
import dev.rockpool.PoolTracer;
import dev.rockpool.PoolTracer.WaitOutcome;
import dev.rockpool.PoolTracer.WaitStart;
import dev.rockpool.Priority;
import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.internal.core.lending.LeaseSampleListener;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.PhaseCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Reports waits, probes and leases to tracers. Created for the first tracer, so a pool without one pays nothing.
 *
 * <p>Traced waits are kept in a map, because a field would make every waiter larger. Thread-safe. Never throws.
 */
public final class Tracing implements LeaseSampleListener {
    private final PoolRuntime<?> runtime;
    private final List<PoolTracer> tracers = new CopyOnWriteArrayList<>();

    /** The traced waits by waiter, from just before it is queued until its wait ends. */
    private final Map<Object, List<PoolTracer.Wait>> waits = new ConcurrentHashMap<>();

    Tracing(PoolRuntime<?> runtime) {
        this.runtime = runtime;
    }

    PoolListener.Registration add(PoolTracer tracer) {
        tracers.add(tracer);
        return () -> tracers.remove(tracer);
    }

    /** The waiter is about to be queued, by its own thread. */
    public void began(Waiter<?> waiter) {
        began(waiter, waiter.holder(), waiter.priority());
    }

    /** The same for a caller that has a waiter in each of several pools. The pool's own waiters are not traced. */
    public void began(Object waiter, Object holder, Priority priority) {
        if (tracers.isEmpty() || holder == Holder.POOL) return;
        int leased = PhaseCounts.of(runtime.state().slots()).count(Phase.LEASED);
        WaitStart start = new WaitStart(
                runtime.name(),
                CallerNamesKt.labelOf(holder),
                priority,
                runtime.state().waiting(),
                leased);
        List<PoolTracer.Wait> begun = new ArrayList<>(1);
        tell(tracer -> {
            PoolTracer.Wait wait = tracer.waitBegins(start);
            if (wait != null) begun.add(wait);
        });
        if (!begun.isEmpty()) waits.put(waiter, begun);
    }

    /** The wait has ended. A second call for a waiter does nothing. */
    public void ended(Waiter<?> waiter, Throwable failure) {
        ended(waiter, outcomeOf(waiter), waiter.isServed() ? waiter.slot().number() : 0, failure);
    }

    /** The same with its outcome. The connection is 0 unless the caller was served. */
    public void ended(Object waiter, WaitOutcome outcome, long connection, Throwable failure) {
        List<PoolTracer.Wait> begun = waits.remove(waiter);
        if (begun == null) return;
        for (PoolTracer.Wait wait : begun) safely(() -> wait.ended(outcome, connection, failure));
    }

    private static WaitOutcome outcomeOf(Waiter<?> waiter) {
        return switch (waiter.outcome()) {
            case SERVED -> WaitOutcome.SERVED;
            case TIMED_OUT -> WaitOutcome.TIMED_OUT;
            case CANCELLED -> WaitOutcome.CANCELLED;
            case FAILED, WAITING -> WaitOutcome.FAILED; // a waiter that was refused has no outcome
        };
    }

    /** A probe has ended. The failure is null if the connection is alive. */
    public void probed(long connection, long took, Throwable failure) {
        tell(tracer -> tracer.probed(runtime.name(), connection, Duration.ofNanos(took), failure));
    }

    @Override
    public void ended(long connection, Object holder, long used) {
        if (tracers.isEmpty()) return;
        String caller = CallerNamesKt.labelOf(holder);
        tell(tracer -> tracer.leaseEnded(runtime.name(), connection, Duration.ofNanos(used), caller));
    }

    private void tell(Consumer<PoolTracer> what) {
        for (PoolTracer tracer : tracers) safely(() -> what.accept(tracer));
    }

    private void safely(Runnable call) {
        try {
            call.run();
        } catch (Throwable e) { // Errors too: a tracer must not disturb the caller
            PoolLogKt.logWarn(e, () -> "pool '" + runtime.name() + "': a tracer failed");
        }
    }
}
