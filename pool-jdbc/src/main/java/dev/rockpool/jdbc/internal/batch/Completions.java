package dev.rockpool.jdbc.internal.batch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Completes futures on threads that may run their dependents, which are user code.
 *
 * <p>A thread completes as many as it can, because waking a thread for each would cost more than a call. Before each
 * one it calls another thread to continue with the rest. So dependents that block delay no other caller.
 */
final class Completions {
    private final Executor threads;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** Whether a thread was called and has not looked yet. It will see what was added before. */
    private final AtomicBoolean called = new AtomicBoolean();

    Completions(Executor threads) {
        this.threads = threads;
    }

    void add(Runnable completion) {
        waiting.add(completion);
        call();
    }

    private void call() {
        if (called.get() || !called.compareAndSet(false, true)) return;
        try {
            threads.execute(this::completeAll);
        } catch (Throwable noThread) {
            completeAll();
        }
    }

    private void completeAll() {
        called.set(false);
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            if (!waiting.isEmpty()) call();
            next.run();
        }
    }
}
