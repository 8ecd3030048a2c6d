package dev.rockpool.jdbc.internal.batch;

import dev.rockpool.Priority;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;

/** The place of a call in the pool's queue. So it waits like every other caller of the pool. */
final class Turn<A, R> extends Waiter<PhysicalConnection> {
    private final Batcher<A, R> batcher;
    private final BatchCall<A, R> call;

    /** Whether it may be sent together with other calls. */
    private final boolean gathers;

    /** Its place among the calls that gather. Guarded by the lock of their {@link Gathering}. */
    Turn<A, R> previous;

    Turn<A, R> next;
    boolean gathered;

    Turn(Batcher<A, R> batcher, BatchCall<A, R> call, long since, Priority priority, boolean gathers) {
        super(since, call.deadline(), priority);
        this.batcher = batcher;
        this.call = call;
        this.gathers = gathers;
    }

    BatchCall<A, R> call() {
        return call;
    }

    boolean gathers() {
        return gathers;
    }

    @Override
    public boolean parks() {
        return false;
    }

    @Override
    public Object holder() {
        Object known = call.holder();
        return known == null ? super.holder() : known;
    }

    @Override
    public void wake() {
        batcher.decided(this);
    }
}
