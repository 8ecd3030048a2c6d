package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.jdbc.internal.cluster.Observation.Unreachable;
import dev.rockpool.jdbc.internal.connect.MemberServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Asks one member what it is, on a thread of its own. So a member that hangs delays no other. Each call to it is
 * bounded.
 */
final class MemberWatch {
    /** The longest wait for one answer, and for each step of a connect. */
    private static final int ANSWER_SECONDS = 2;

    /** An answer that takes longer than this puts the primary in doubt. */
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long OFTEN_MILLIS = 50;
    private static final long SELDOM = TimeUnit.SECONDS.toNanos(1);

    /** The shortest time between two questions, whatever asks for them. */
    private static final long LEAST_MILLIS = 20;

    private static final long NOT_ASKING = Long.MAX_VALUE;

    private final ClusterWatch cluster;
    private final int member;
    private final MemberServer server;
    private final Thread thread;
    private final Semaphore signal = new Semaphore(0);
    private volatile long askingSince = NOT_ASKING;
    private volatile boolean closed;
    private Connection connection;

    MemberWatch(ClusterWatch cluster, int member, MemberServer server) {
        this.cluster = cluster;
        this.member = member;
        this.server = server;
        this.thread = new Thread(this::run, "rockpool-cluster-" + server.name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Asks soon. Does not wait. */
    void look() {
        if (signal.availablePermits() == 0) signal.release();
    }

    /** Whether it has been waiting for an answer for too long. */
    boolean isLate() {
        long since = askingSince;
        return since != NOT_ASKING && cluster.now() - since > LATE;
    }

    void close() {
        closed = true;
        look();
    }

    /** Waits for the thread, but not for a member that hangs. */
    void join(long millis) throws InterruptedException {
        thread.join(Math.max(1, millis));
    }

    private void run() {
        while (!closed) {
            cluster.observed(member, ask());
            pause();
        }
        disconnect();
    }

    private void pause() {
        long asked = cluster.now();
        try {
            Thread.sleep(LEAST_MILLIS);
            while (!closed && !signal.tryAcquire(OFTEN_MILLIS, TimeUnit.MILLISECONDS))
                if (cluster.isUrgent() || cluster.now() - asked >= SELDOM) return;
        } catch (InterruptedException e) {
            closed = true; // nobody but the JVM interrupts this thread
        }
    }

    private Observation ask() {
        askingSince = cluster.now();
        try {
            if (connection == null) connection = server.connectToAsk(ANSWER_SECONDS);
            return MemberSession.ask(connection);
        } catch (SQLException e) {
            disconnect();
            return new Unreachable(e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (RuntimeException | Error e) { // whatever a driver throws
            disconnect();
            return new Unreachable(e.toString());
        } finally {
            askingSince = NOT_ASKING;
        }
    }

    private void disconnect() {
        Connection former = connection;
        connection = null;
        if (former == null) return;
        try {
            former.close();
        } catch (SQLException | RuntimeException e) {
            // it is lost anyway
        }
    }
}
