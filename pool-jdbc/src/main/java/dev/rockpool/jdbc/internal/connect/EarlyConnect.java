package dev.rockpool.jdbc.internal.connect;

import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.postgres.TrafficSockets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The first connect of a pool, which runs while the rest of the pool is created. In a new JVM both take hundreds of
 * milliseconds, most of it to load classes.
 *
 * <p>Its outcome goes to the first caller of {@link #take}, or its connection is closed by {@link #abandon}.
 */
final class EarlyConnect implements Runnable {
    private final DriverConnector connector;
    private final CompletableFuture<PhysicalConnection> outcome = new CompletableFuture<>();
    private final TrafficSockets.Watch sockets = new TrafficSockets.Watch();
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile Thread thread;

    private EarlyConnect(DriverConnector connector) {
        this.connector = connector;
    }

    /** Begins to connect on a pool thread. Throws if there is none. */
    static EarlyConnect begin(DriverConnector connector) {
        EarlyConnect connect = new EarlyConnect(connector);
        PoolThreads.INSTANCE.execute(connect);
        return connect;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            outcome.complete(connector.open(sockets));
        } catch (Throwable e) { // whatever a driver throws, Errors too
            outcome.completeExceptionally(e);
        } finally {
            thread = null;
        }
    }

    /** Waits for the connection. Returns null if the connect was taken or abandoned before. */
    PhysicalConnection take() throws Throwable {
        if (!taken.compareAndSet(false, true)) return null;
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    /** Ends the connect, whose caller has given up. A connection that it has opened stays. */
    void giveUp() {
        if (!outcome.isDone()) sockets.abandon();
    }

    /**
     * Has the connection closed unless it was taken. Completes when that is done; at once if the code that sets up the
     * connection has called it, because that cannot wait for itself.
     */
    CompletableFuture<Void> abandon(Consumer<PhysicalConnection> close) {
        if (!taken.compareAndSet(false, true)) return CompletableFuture.completedFuture(null);
        CompletableFuture<Void> closed = outcome.handle((connection, failure) -> {
            if (connection != null) close.accept(connection);
            return null;
        });
        if (thread == Thread.currentThread()) return CompletableFuture.completedFuture(null);
        return closed.copy(); // completing this one, such as at a timeout, does not prevent the close
    }
}
