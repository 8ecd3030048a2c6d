package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Preference;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.lang.invoke.VarHandle;

/**
 * What callers do that wait: they join the queue, look for a slot when they are woken, and leave.
 *
 * <p><b>No lost wake-up.</b> A waiter first publishes itself (gate), then scans once more. A releaser first frees its
 * slot, then reads the gate. Both are volatile, so at least one of them sees the other. A waiter that joins others need
 * not scan, because those others see a slot that was freed before. Each freed slot serves one waiter. A waiter that was
 * woken to look for a slot propagates the wake-up when it leaves.
 */
public final class Queueing<C> {
    private final Gate gate;
    private final Slots<C> slots;
    private final ConnectivityTracker connectivity;
    private final LeaseRecorder<C> recorder;
    private final WaitQueue<C> waiters;
    private final HandOver<C> handOver;
    private volatile WakePolicy wakePolicy = WakePolicy.NOW;

    /** Whether a fresh connection is wanted although no caller waits here. */
    private volatile boolean freshRequested;

    Queueing(
            Gate gate,
            Slots<C> slots,
            ConnectivityTracker connectivity,
            LeaseRecorder<C> recorder,
            WaitQueue<C> waiters,
            HandOver<C> handOver) {
        this.gate = gate;
        this.slots = slots;
        this.connectivity = connectivity;
        this.recorder = recorder;
        this.waiters = waiters;
        this.handOver = handOver;
    }

    /** Publishes the waiter. After WAITS it may be decided at any moment, even before this returns. */
    public Actions<C> enqueue(Waiter<C> waiter) {
        waiter.trace = recorder.here();
        return switch (waiters.join(waiter)) {
            case FIRST -> joinedFirst(waiter);
            case BEHIND_OTHERS ->
                gate.isLimited()
                        ? joinedFirst(waiter) // those before it may be held back
                        : wakesKeeper(false) && !waiter.isDecided() ? Actions.keeperOnly() : Actions.none();
            case REFUSED -> refused(waiter);
            case LOST -> connectivity.requestRetry() ? Actions.keeperOnly() : Actions.none();
            case FULL -> Actions.full();
            case CLOSED -> Actions.closed();
        };
    }

    private Actions<C> joinedFirst(Waiter<C> waiter) {
        VarHandle.fullFence(); // published, then scan
        Actions<C> actions = new Actions<>();
        handOver.serveIdle(actions);
        if (wakePolicy == WakePolicy.NOW && !waiter.isDecided()) handOver.startProbe(actions);
        // Even if the first waiter was decided at once: others that joined meanwhile rely on it to wake the keeper.
        if (wakesKeeper(true) && (!waiter.isDecided() || gate.waiting() > 0)) actions.wakeKeeper();
        return actions;
    }

    private Actions<C> refused(Waiter<C> waiter) {
        Actions<C> actions = new Actions<>();
        actions.resume(waiter);
        if (connectivity.requestRetry()) actions.wakeKeeper();
        return actions;
    }

    /** Whether a new waiter wakes the keeper. */
    private boolean wakesKeeper(boolean first) {
        WakePolicy now = wakePolicy;
        return now == WakePolicy.NOW
                || first && (now == WakePolicy.LATER || waiters.failed().sheds());
    }

    /** Sets when a new waiter must wake the keeper. Called by the keeper. */
    public void wakePolicy(WakePolicy policy) {
        if (wakePolicy != policy) wakePolicy = policy;
    }

    /** Looks for a slot on behalf of a woken thread. If it finds one, the waiter is decided afterwards. */
    public Actions<C> retryAcquire(Waiter<C> waiter) {
        waiter.woken = false;
        if (gate.isPaused()) return Actions.none();
        if (gate.isLimited()) return handOver.serveIdle(); // it was woken before there were quotas
        waiters.handOvers().begin();
        Preference<C> preference = waiter.preference();
        Slot<C> found = preference == null ? slots.lendAny() : slots.lendCheapest(preference::rank);
        if (found == null) {
            waiters.handOvers().undo();
            return Actions.none();
        }
        Actions<C> actions = Actions.none();
        if (!waiters.serve(waiter, found)) handOver.takeBack(found, actions = new Actions<>());
        else if (gate.waiting() > 0 && !waiters.exhaustion().isOn())
            waiters.exhaustion().judge();
        waiter.woken = true; // a second slot may have woken it
        return actions;
    }

    /** Called by every thread whose wait is over. If it was woken to look for a slot, another waiter must look now. */
    public Actions<C> propagateWakeup(Waiter<C> waiter) {
        return waiter.woken && gate.gate() != 0 ? handOver.serveIdle() : Actions.none();
    }

    /** Removes a waiter that decided itself: it timed out or was cancelled. */
    public Actions<C> leave(Waiter<C> waiter) {
        waiters.leave(waiter);
        return propagateWakeup(waiter);
    }

    /**
     * Asks for a connection that can be lent at once, although no caller waits here: the caller was served by another
     * pool. The request lasts until there is one. Returns false if there was a request.
     */
    public boolean requestFresh() {
        if (freshRequested) return false;
        freshRequested = true;
        return true;
    }

    public boolean isFreshRequested() {
        return freshRequested;
    }

    /** Ends the request. Called by the keeper. */
    public void freshRequestMet() {
        freshRequested = false;
    }
}
