package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.jdbc.ClusterEvent;
import dev.rockpool.jdbc.internal.connect.MemberServer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Watches the members of a cluster, and tells its listener what has changed. Each member is asked for its role every
 * 200 ms, and for everything every second. While the primary is away or late, it is asked every 20 ms. Thread-safe.
 */
public final class ClusterWatch {
    /** What is told. Called by one thread at a time, which must not be held up. */
    public interface Listener {
        /** What is known is about to change, at least the lag or position of a member. */
        void changes(View before, View next);

        /** It has changed, and some member has another role now. */
        void changed();

        void happened(ClusterEvent event);

        /** The primary is away or late, and this standby may be promoted soon. Called often, by any thread. */
        void mayBePromoted(int member);

        /** The primary answers in time. Called often, by any thread. */
        void calm();
    }

    private final String name;
    private final Listener listener;
    private final Topology topology;
    private final List<MemberWatch> watches = new ArrayList<>();
    private final ReentrantLock deciding = new ReentrantLock();
    private final CompletableFuture<Void> decided = new CompletableFuture<>();
    private final long start = System.nanoTime();
    private volatile View view;
    private volatile boolean closed;

    /** @param maxLag how far a standby that serves may be behind, in nanoseconds */
    public ClusterWatch(String name, List<MemberServer> servers, long maxLag, Listener listener) {
        this.name = name;
        this.listener = listener;
        this.topology = new Topology(servers.stream().map(MemberServer::name).toList(), maxLag, 0);
        this.view = topology.view();
        for (MemberServer server : servers) watches.add(new MemberWatch(this, watches.size(), server));
    }

    public void start() {
        watches.forEach(MemberWatch::start);
    }

    /** Completes when something is known of the members for the first time. */
    public CompletableFuture<Void> decided() {
        return decided;
    }

    public View view() {
        return view;
    }

    /** Why every member rejects the login; null if one does not. */
    SQLException refusal() {
        SQLException first = null;
        for (MemberWatch watch : watches) {
            SQLException refusal = watch.refusal();
            if (refusal == null) return null;
            if (first == null) first = refusal;
        }
        return first;
    }

    /** Asks all members soon. Does not wait. */
    public void look() {
        watches.forEach(MemberWatch::look);
    }

    /** Stops to watch. Waits a moment for the threads. */
    public void close() {
        deciding.lock(); // a change that is being applied ends first
        closed = true;
        deciding.unlock();
        decided.complete(null); // nothing more will be known
        watches.forEach(MemberWatch::close);
        long end = now() + TimeUnit.MILLISECONDS.toNanos(250);
        try {
            for (MemberWatch watch : watches) watch.join(TimeUnit.NANOSECONDS.toMillis(end - now()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nanoseconds since the watch was created. */
    long now() {
        return System.nanoTime() - start;
    }

    /** Whether the members are asked often: there is no primary, or it is late. */
    boolean isUrgent() {
        View known = view;
        return !known.hasLivePrimary() || watches.get(known.primary()).isLate();
    }

    /** Whether a member has owed an answer for longer than usual, so that it may be frozen. */
    public boolean isLate(int member) {
        return watches.get(member).isLate();
    }

    /** A member was asked. */
    void asked(int member) {
        if (closed) return;
        if (!isUrgent()) listener.calm();
        else if (view.isStandby(member)) listener.mayBePromoted(member);
    }

    void observed(int member, Observation seen) {
        deciding.lock();
        try {
            if (closed) return;
            View before = view;
            List<ClusterEvent> events = topology.observe(member, seen, now());
            View next = topology.view();
            if (next == before) return; // nothing is decided yet
            listener.changes(before, next);
            view = next;
            decided.complete(null);
            if (!next.hasRolesOf(before)) listener.changed();
            for (ClusterEvent event : events) tell(event);
        } catch (RuntimeException | Error e) {
            PoolLogKt.logError(e, () -> "cluster '" + name + "': a change failed; it is tried again");
        } finally {
            deciding.unlock();
        }
    }

    private void tell(ClusterEvent event) {
        switch (event.getKind()) {
            case PRIMARY_CHANGED, MEMBER_BACK, STANDBY_CAUGHT_UP ->
                PoolLogKt.logInfo(() -> "cluster '" + name + "': " + event);
            default -> PoolLogKt.logWarn(null, () -> "cluster '" + name + "': " + event);
        }
        listener.happened(event);
    }
}
