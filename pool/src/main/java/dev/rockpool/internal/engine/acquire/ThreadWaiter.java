package dev.rockpool.internal.engine.acquire;

import dev.rockpool.Priority;
import dev.rockpool.internal.core.queue.Demand;
import dev.rockpool.internal.core.queue.Waiter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.locks.LockSupport;

/**
 * A caller that parks its thread.
 *
 * <p>A platform thread watches its own deadline. A virtual thread costs no more to serve than a coroutine, but its own
 * timer would cost more than the rest of its wait. So it counts as a coroutine, and the pool watches its deadline.
 */
final class ThreadWaiter<C> extends Waiter<C> {
    /** Null before JDK 21. */
    private static final MethodHandle IS_VIRTUAL = findIsVirtual();

    private final Thread thread;
    private final boolean virtual;
    private final Demand<C> demand;

    private ThreadWaiter(
            Thread thread, boolean virtual, Demand<C> demand, long since, long deadline, Priority priority) {
        super(since, deadline, priority);
        this.thread = thread;
        this.virtual = virtual;
        this.demand = demand;
    }

    /** A waiter for the calling thread, with a timeout in nanoseconds; {@code Long.MAX_VALUE} for never. */
    static <C> ThreadWaiter<C> here(AcquireQueue<C> queue, long timeout, Priority priority) {
        Thread thread = Thread.currentThread();
        boolean virtual = isVirtual(thread);
        long now = queue.getRuntime().now();
        long deadline = virtual ? queue.deadline(now, timeout) : Long.MAX_VALUE;
        return new ThreadWaiter<>(thread, virtual, queue.getDemand(), now, deadline, priority);
    }

    @Override
    public boolean parks() {
        return !virtual;
    }

    @Override
    public Demand<C> demand() {
        return demand;
    }

    @Override
    public Object holder() {
        return thread;
    }

    /** Parks this thread until it is woken, is interrupted or times out, or spuriously. */
    void park(Object blocker, long nanos) {
        if (virtual) LockSupport.park(blocker);
        else LockSupport.parkNanos(blocker, nanos);
    }

    @Override
    public void wake() {
        LockSupport.unpark(thread);
    }

    private static MethodHandle findIsVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException none) {
            return null;
        }
    }

    private static boolean isVirtual(Thread thread) {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(thread);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
