package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.jdbc.internal.connect.MemberServer;
import dev.rockpool.jdbc.internal.postgres.TrafficSockets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds one session open on each standby while the primary is away. A session outlives the promotion of its server, and
 * accepts writes then. So the first writer does not wait for a login, which takes most of the time of a failover.
 *
 * <p>Thread-safe. Nothing here waits for a server.
 */
final class SpareSessions {
    /** How long sessions stay when the primary answers again. It may only be late now and then. */
    private static final long KEPT = TimeUnit.SECONDS.toNanos(5);

    /** Between two logins on a member. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    private record Spare(Connection connection, TrafficSockets.Watch sockets) {}

    private static final class Place {
        private Spare spare;
        private boolean isOpening;
        private boolean isWanted;
        private boolean wasOpened;
        private long openedAt;

        private Spare empty() {
            Spare former = spare;
            spare = null;
            return former;
        }
    }

    private final List<MemberServer> servers;
    private final List<Place> places;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean any;
    private volatile long neededAt;
    private volatile boolean closed;

    SpareSessions(List<MemberServer> servers) {
        this.servers = servers;
        this.places = servers.stream().map(server -> new Place()).toList();
    }

    /** Opens a session on this member if there is none, in the background. */
    void prepare(int member) {
        neededAt = System.nanoTime();
        Place place = places.get(member);
        lock.lock();
        try {
            if (closed) return;
            place.isWanted = true;
            any = true;
            boolean isTooSoon = place.wasOpened && neededAt - place.openedAt < PAUSE;
            if (place.spare != null || place.isOpening || isTooSoon) return;
            place.isOpening = true;
            place.wasOpened = true;
            place.openedAt = neededAt;
        } finally {
            lock.unlock();
        }
        PoolThreads.INSTANCE.execute(() -> open(member, place));
    }

    private void open(int member, Place place) {
        Spare opened = null;
        try (TrafficSockets.Watch sockets = new TrafficSockets.Watch()) {
            opened = new Spare(servers.get(member).connect(sockets), sockets);
        } catch (SQLException | RuntimeException e) {
            // it is tried again, and writers connect themselves
        }
        lock.lock();
        try {
            place.isOpening = false;
            if (place.isWanted && !closed) {
                place.spare = opened;
                return;
            }
        } finally {
            lock.unlock();
        }
        close(opened);
    }

    /**
     * Takes the session on this member.
     *
     * @param sockets knows its socket from then on
     * @return null if there is none
     */
    Connection take(int member, TrafficSockets.Watch sockets) {
        if (!any) return null;
        Spare spare;
        lock.lock();
        try {
            spare = places.get(member).empty();
        } finally {
            lock.unlock();
        }
        if (spare == null) return null;
        sockets.adopt(spare.sockets());
        return spare.connection();
    }

    /** Closes all sessions if the primary has answered for some time. */
    void calm() {
        if (any && System.nanoTime() - neededAt > KEPT) clear();
    }

    private void clear() {
        lock.lock();
        try {
            any = false;
            for (Place place : places) {
                place.isWanted = false;
                Spare spare = place.empty();
                if (spare != null) PoolThreads.INSTANCE.execute(() -> close(spare));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Closes all sessions. None is opened later. */
    void close() {
        closed = true;
        clear();
    }

    private static void close(Spare spare) {
        if (spare == null) return;
        try {
            spare.connection().close();
        } catch (SQLException | RuntimeException e) {
            // nobody uses it
        }
    }
}
