package dev.rockpool.examples.drill;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Counts the pool's sessions on the server through its own connection, and terminates them if configured.
 *
 * <p>A session that its client has closed stays listed for a moment. So a count above the limit is checked again, and
 * only a lasting surplus breaks the limit.
 */
final class ServerWatch implements AutoCloseable {
    static final String NAME = "rockpool-drill-watch";

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    private static final int SECOND_LOOKS = 5;
    private static final long PAUSE_MILLIS = 50;
    private static final String SESSIONS =
            " from pg_stat_activity where application_name = ? and pid <> pg_backend_pid()";
    private static final String COUNT = "select count(*)" + SESSIONS;
    private static final String KILL = "select count(*) filter (where pg_terminate_backend(pid))" + SESSIONS;

    private final Connection connection;
    private final String watched;
    private final int limit;
    private final Long killEveryNanos;
    private final Events events;
    private final Thread thread = new Thread(this::watch, "server watch");
    private final CountDownLatch stopped = new CountDownLatch(1);

    private volatile int sessions;
    private volatile int peak;
    private volatile int looks;
    private volatile int kills;
    private volatile int killed;
    private volatile String failure;

    /** Watches the sessions with this application name. Takes over the connection. */
    ServerWatch(Connection connection, String watched, int limit, Duration killEvery, Events events) {
        this.connection = connection;
        this.watched = watched;
        this.limit = limit;
        this.killEveryNanos = killEvery == null ? null : killEvery.toNanos();
        this.events = events;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Stops watching and keeps the numbers. */
    void stop() {
        stopped.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the pool has no session left. Returns how many are left at the timeout; null if unknown. */
    Integer awaitNone(Duration patience) {
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            int left = count();
            while (left > 0 && System.nanoTime() - deadline < 0) {
                pause(PAUSE_MILLIS);
                left = count();
            }
            return left;
        } catch (SQLException e) {
            return null;
        }
    }

    /** The sessions at the last look. */
    int sessions() {
        return sessions;
    }

    /** The highest lasting number of sessions. */
    int peak() {
        return peak;
    }

    int looks() {
        return looks;
    }

    /** How often all sessions were terminated. */
    int kills() {
        return kills;
    }

    /** How many sessions were terminated. */
    int killed() {
        return killed;
    }

    /** Why watching ended early, or null. */
    String failure() {
        return failure;
    }

    @Override
    public void close() {
        stop();
        try {
            connection.close();
        } catch (SQLException e) {
            // The server ends the session when it notices that the client is gone.
        }
    }

    private void watch() {
        try {
            long lastKill = System.nanoTime();
            while (stopped.getCount() > 0) {
                look();
                if (killEveryNanos != null && System.nanoTime() - lastKill >= killEveryNanos) {
                    kill();
                    lastKill += killEveryNanos;
                }
                stopped.await(pauseMillis(lastKill), TimeUnit.MILLISECONDS);
            }
        } catch (SQLException e) {
            failure = e.getMessage();
            events.add("watch", "watching the server failed:  " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long pauseMillis(long lastKill) {
        long pause = BETWEEN_LOOKS.toMillis();
        if (killEveryNanos == null) return pause;
        long untilKill = TimeUnit.NANOSECONDS.toMillis(lastKill + killEveryNanos - System.nanoTime());
        return Math.max(1, Math.min(pause, untilKill));
    }

    private void look() throws SQLException {
        int seen = count();
        for (int again = 0; seen > limit && again < SECOND_LOOKS; again++) {
            pause(PAUSE_MILLIS);
            seen = Math.min(seen, count());
        }
        sessions = seen;
        if (seen > peak) peak = seen;
        looks = looks + 1;
    }

    private void kill() throws SQLException {
        int ended = query(KILL);
        kills = kills + 1;
        killed = killed + ended;
        events.add("kill", "%d sessions of the pool terminated".formatted(ended));
    }

    private int count() throws SQLException {
        return query(COUNT);
    }

    private int query(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, watched);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    private void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
