package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.jdbc.internal.cluster.Observation.Answer;
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

    /** Between two questions to a member that gives no answer, and between two looks whether to ask the others. */
    private static final long OFTEN_MILLIS = 50;

    /** Between two questions for its role. So a promotion is noticed that nothing has announced. */
    private static final long REGULAR = TimeUnit.MILLISECONDS.toNanos(200);

    /** Between two questions for everything. */
    private static final long SELDOM = TimeUnit.SECONDS.toNanos(1);

    /** The shortest time between two questions, whatever asks for them. */
    private static final long LEAST_MILLIS = 20;

    /** After the server refused a login or its database. Then twice as long. */
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(4);
    private static final long NOT_ASKING = Long.MAX_VALUE;

    private final ClusterWatch cluster;
    private final int member;
    private final MemberServer server;
    private final Thread thread;
    private final Semaphore signal = new Semaphore(0);
    private volatile long askingSince = NOT_ASKING;
    private volatile boolean closed;
    private volatile SQLException refusal;
    private long pause = FIRST_PAUSE;
    private Connection connection;

    /** The latest answer to the question for everything, and when that was. */
    private Answer latest;

    private long latestAt;

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

    /** Why the server refused the latest connect; null if it did not. */
    SQLException refusal() {
        return refusal;
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
            Observation seen = ask();
            if (seen != null) cluster.observed(member, seen);
            cluster.asked(member);
            pause();
        }
        disconnect();
    }

    private void pause() {
        long asked = cluster.now();
        try {
            if (refusal != null) pauseAfterRefusal(asked);
            Thread.sleep(LEAST_MILLIS);
            if (connection != null && cluster.isUrgent()) return;
            while (!closed && !signal.tryAcquire(OFTEN_MILLIS, TimeUnit.MILLISECONDS))
                if (cluster.isUrgent() || cluster.now() - asked >= REGULAR) return;
        } catch (InterruptedException e) {
            closed = true; // nobody but the JVM interrupts this thread
        }
    }

    /** Whatever asks for a look meanwhile. */
    private void pauseAfterRefusal(long asked) throws InterruptedException {
        for (long left = pause; left > 0 && !closed; left = pause - (cluster.now() - asked))
            signal.tryAcquire(left, TimeUnit.NANOSECONDS);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
    }

    /** Returns null if nothing has changed. */
    private Observation ask() {
        askingSince = cluster.now();
        try {
            if (connection == null) connection = server.connectToAsk(ANSWER_SECONDS);
            else if (isAsBefore()) return null;
            latest = MemberSession.ask(connection);
            latestAt = cluster.now();
            refusal = null;
            pause = FIRST_PAUSE;
            return latest;
        } catch (SQLException e) {
            refusal = MemberServer.isRefusal(e) ? e : null;
            disconnect();
            return new Unreachable(e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (RuntimeException | Error e) { // whatever a driver throws
            disconnect();
            return new Unreachable(e.toString());
        } finally {
            askingSince = NOT_ASKING;
        }
    }

    /** Asks for the role only, which is cheap, unless it is time to ask for everything, or a standby may have caught up. */
    private boolean isAsBefore() throws SQLException {
        return latest != null
                && cluster.now() - latestAt < SELDOM
                && !cluster.view().lags(member)
                && MemberSession.isStandby(connection) == latest.standby();
    }

    private void disconnect() {
        Connection former = connection;
        connection = null;
        latest = null;
        if (former == null) return;
        try {
            former.close();
        } catch (SQLException | RuntimeException e) {
            // it is lost anyway
        }
    }
}
