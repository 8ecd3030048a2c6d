package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;
import java.util.ArrayList;
import java.util.List;

/**
 * What a verb of the core asks the engine to do: resume waiters, close slots, probe slots, wake the keeper. The engine
 * does so after the lock is released, in this order.
 *
 * <p>A verb that asks for nothing returns {@link #none}, a shared constant: a hit allocates nothing. The other constants
 * carry an answer instead. Constants are never written to.
 *
 * <p>Not thread-safe: a verb fills it, its caller carries it out.
 */
public final class Actions<C> {
    private static final Actions<?> NONE = new Actions<>();
    private static final Actions<?> TOO_LATE = new Actions<>();
    private static final Actions<?> FULL = new Actions<>();
    private static final Actions<?> CLOSED = new Actions<>();
    private static final Actions<?> WAKE_KEEPER = new Actions<>();

    static {
        WAKE_KEEPER.wakesKeeper = true;
    }

    // The first waiter has its own field, because mostly there is one or none.
    private Waiter<C> first;
    private List<Waiter<C>> others;
    private List<Slot<C>> closes;
    private List<Slot<C>> probes;
    private boolean wakesKeeper;

    Actions() {}

    /** Nothing to do. */
    public static <C> Actions<C> none() {
        return shared(NONE);
    }

    /** The verb came too late and changed nothing. */
    static <C> Actions<C> tooLate() {
        return shared(TOO_LATE);
    }

    /** The queue is full: the waiter was not published. */
    static <C> Actions<C> full() {
        return shared(FULL);
    }

    /** The pool is closed: the waiter was not published. */
    static <C> Actions<C> closed() {
        return shared(CLOSED);
    }

    /** Only wakes the keeper. */
    static <C> Actions<C> keeperOnly() {
        return shared(WAKE_KEEPER);
    }

    /** Resumes these waiters, in this order. */
    static <C> Actions<C> resuming(List<Waiter<C>> waiters) {
        if (waiters.isEmpty()) return none();
        Actions<C> actions = new Actions<>();
        actions.others = waiters;
        return actions;
    }

    static <C> Actions<C> closing(Slot<C> slot) {
        Actions<C> actions = new Actions<>();
        actions.close(slot);
        return actions;
    }

    @SuppressWarnings("unchecked")
    private static <C> Actions<C> shared(Actions<?> constant) {
        return (Actions<C>) constant;
    }

    /** Makes room for one more waiter, so that {@link #resume} cannot fail for lack of memory. */
    void reserve() {
        if (first == null) return;
        if (others == null) others = new ArrayList<>();
        ((ArrayList<Waiter<C>>) others).ensureCapacity(others.size() + 1);
    }

    void resume(Waiter<C> waiter) {
        if (first == null && others == null) first = waiter;
        else if (others == null) (others = new ArrayList<>()).add(waiter);
        else others.add(waiter);
    }

    void resume(List<Waiter<C>> waiters) {
        for (Waiter<C> waiter : waiters) resume(waiter);
    }

    void close(Slot<C> slot) {
        if (closes == null) closes = new ArrayList<>(1);
        closes.add(slot);
    }

    void probe(Slot<C> slot) {
        if (probes == null) probes = new ArrayList<>(1);
        probes.add(slot);
    }

    void wakeKeeper() {
        wakesKeeper = true;
    }

    /**
     * False if the verb came too late, because the lease had ended or the pool was closed. Then nothing was changed.
     */
    public boolean isDone() {
        return this != TOO_LATE;
    }

    /** The result of a request to wait. */
    public Enqueued enqueued() {
        if (this == FULL) return Enqueued.FULL;
        return this == CLOSED ? Enqueued.CLOSED : Enqueued.WAITS;
    }

    /** The waiter to resume first; null if there is none before {@link #others}. */
    public Waiter<C> first() {
        return first;
    }

    /** The waiters to resume after {@link #first}, in order. */
    public List<Waiter<C>> others() {
        return others == null ? List.of() : others;
    }

    /** Slots that are CLOSING: the engine must close their connections and call {@link Slot#closed}. */
    public List<Slot<C>> closes() {
        return closes == null ? List.of() : closes;
    }

    /** Slots that are PROBING, each for a waiter: the engine must probe their connections. */
    public List<Slot<C>> probes() {
        return probes == null ? List.of() : probes;
    }

    /** Whether the keeper must be woken: it can help a new waiter, or something changed that it did not see. */
    public boolean wakesKeeper() {
        return wakesKeeper;
    }
}
