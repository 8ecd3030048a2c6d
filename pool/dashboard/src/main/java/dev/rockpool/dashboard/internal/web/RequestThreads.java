package dev.rockpool.dashboard.internal.web;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few threads of the server. A client that sends its request too slowly, or takes its answer too slowly, would hold
 * one for ever. So it is cut off: the interrupt of a thread breaks the connection that it reads or writes.
 */
final class RequestThreads extends ThreadPoolExecutor {
    private static final int THREADS = 4;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Since when each thread has waited for its client. */
    private final Map<Thread, Long> waiting = new HashMap<>();

    RequestThreads() {
        super(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), body -> {
            Thread thread = new Thread(body, "rockpool-dashboard-" + NUMBER.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        allowCoreThreadTimeOut(true);
    }

    /** The present thread begins to wait for its client. */
    synchronized void clientIsNext() {
        waiting.put(Thread.currentThread(), System.nanoTime());
    }

    /** The present thread works, however long. It does not keep an interrupt that came too late to cut its client off. */
    synchronized void serverIsNext() {
        if (waiting.remove(Thread.currentThread()) == null) Thread.interrupted();
    }

    /** Cuts off the clients that threads have waited for longer than this, in nanoseconds. */
    synchronized void cutSlow(long patience) {
        long now = System.nanoTime();
        waiting.entrySet().removeIf(entry -> {
            boolean isSlow = now - entry.getValue() > patience;
            if (isSlow) entry.getKey().interrupt();
            return isSlow;
        });
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable task) {
        clientIsNext();
    }

    @Override
    protected void afterExecute(Runnable task, Throwable failure) {
        serverIsNext();
    }
}
