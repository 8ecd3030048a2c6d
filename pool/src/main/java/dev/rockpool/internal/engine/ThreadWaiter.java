package dev.rockpool.internal.engine;

import dev.rockpool.Priority;
import dev.rockpool.internal.core.Waiter;
import java.util.concurrent.locks.LockSupport;

/** A caller that parks its thread. It keeps its own deadline. */
final class ThreadWaiter<C> extends Waiter<C> {
    private final Thread thread = Thread.currentThread();

    ThreadWaiter(long since, Priority priority) {
        super(since, Long.MAX_VALUE, priority);
    }

    @Override
    protected boolean parks() {
        return true;
    }

    @Override
    public Object holder() {
        return thread;
    }

    @Override
    protected void wake() {
        LockSupport.unpark(thread);
    }
}
