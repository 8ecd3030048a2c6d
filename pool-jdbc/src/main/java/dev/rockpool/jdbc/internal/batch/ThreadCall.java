package dev.rockpool.jdbc.internal.batch;

import dev.rockpool.PoolException;
import java.sql.SQLException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A call whose thread waits for it. If it gets a connection, the thread itself runs the batch, so no other thread is
 * needed.
 */
public final class ThreadCall<A, R> extends BatchCall<A, R> {
    private static final Runnable ANSWERED = () -> {};
    private static final Runnable LEFT = () -> {};

    private final Thread thread = Thread.currentThread();

    /** The batch to run, or one of the marks; null while there is nothing to do. */
    private final AtomicReference<Runnable> news = new AtomicReference<>();

    private ThreadCall(A key) {
        super(key);
    }

    /**
     * Sends a call, and waits for its outcome.
     *
     * @param timeout how long it may wait to be sent, in nanoseconds; {@code Long.MAX_VALUE} for ever
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public static <A, R> R run(Batcher<A, R> batcher, A key, long timeout) throws SQLException, InterruptedException {
        ThreadCall<A, R> call = new ThreadCall<>(key);
        PoolException refusal = batcher.submit(call, timeout);
        if (refusal != null) throw refusal;
        call.await(batcher);
        Throwable error = call.error();
        if (error == null) return call.value();
        throw ThreadCall.<RuntimeException>unchecked(error);
    }

    private void await(Batcher<A, R> batcher) throws InterruptedException {
        while (true) {
            Runnable next = news.get();
            if (next == ANSWERED) return;
            if (next != null) {
                if (news.compareAndSet(next, null)) next.run(); // answers, or waits again
            } else if (Thread.interrupted()) {
                leave(batcher);
            } else {
                LockSupport.park(this);
            }
        }
    }

    /** An interrupted thread gives its connection back, or leaves the batch that took it along. */
    private void leave(Batcher<A, R> batcher) throws InterruptedException {
        if (!news.compareAndSet(null, LEFT)) {
            thread.interrupt(); // there is news, which comes first
            return;
        }
        batcher.cancel(this);
        throw new InterruptedException();
    }

    @Override
    public boolean isAbandoned() {
        return news.get() == LEFT || thread.isInterrupted();
    }

    @Override
    protected Object holder() {
        return thread;
    }

    @Override
    protected void execute(Executor executor, Runnable batch) {
        if (news.compareAndSet(null, batch)) LockSupport.unpark(thread);
        else executor.execute(batch); // the thread has left
    }

    @Override
    protected void answer() {
        if (news.compareAndSet(null, ANSWERED)) LockSupport.unpark(thread);
    }

    /** Throws an exception of the user's functions as it is, whatever its type. */
    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException unchecked(Throwable error) throws X {
        throw (X) error;
    }
}
