package dev.rockpool.jdbc.internal.postgres;

import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PostgresSession;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Asks a PostgreSQL server about its sessions, and ends them. Blocks. */
public final class PostgresSessions {
    /** Reads no table or view: a new session takes longer to look at its first one than for all of this. */
    private static final String SELF =
            "select inet_server_addr(), inet_server_port(), pg_backend_pid(), clock_timestamp()";

    private static final String END =
            "select pg_terminate_backend(pid) from pg_stat_activity where pid = ? and backend_start < ?";

    /** A session that we may not see has no state, and is not judged. */
    private static final String OTHERS = """
            select inet_server_addr(), inet_server_port(), pid, backend_start,
                coalesce(state like 'idle%' and state_change < clock_timestamp() - make_interval(secs => ?), false)
            from pg_stat_activity""";

    /** The class of errors in a statement: what speaks PostgreSQL's protocol need not have its views. */
    private static final String NO_SUCH_VIEW = "42";

    private static final int PID = 3;
    private static final int TIME = 4;
    private static final int IDLE = 5;

    private PostgresSessions() {}

    /** A session as the server shows it, and whether it has been idle for long. */
    private record Seen(String server, Instant since, boolean idle) {
        boolean is(PostgresSession session) {
            return server.equals(session.server()) && since.isBefore(session.begunBefore());
        }
    }

    /**
     * The session of a new connection. Null when this is not PostgreSQL's own driver, or when something between it and the server, such as a
     * proxy that shares sessions, makes that question meaningless.
     */
    public static PostgresSession of(Connection driver) {
        Integer pid = pid(driver);
        if (pid == null) return null;
        try {
            PostgresSession self = self(driver);
            return self != null && self.pid() == pid ? self : null;
        } catch (SQLException e) { // what speaks PostgreSQL's protocol need not have its functions
            return null;
        }
    }

    private static PostgresSession self(Connection driver) throws SQLException {
        try (Statement statement = driver.createStatement();
                ResultSet row = statement.executeQuery(SELF)) {
            if (!row.next()) return null;
            return new PostgresSession(
                    server(row), row.getInt(PID), row.getTimestamp(TIME).toInstant());
        }
    }

    /**
     * Those whose session is gone, and those on which nothing has passed for the limit while their session was idle: what their callers wait
     * for will not come. An idle session alone says nothing: its answer, or the request, may be on the way, or the caller does something
     * else. Sessions of another server than the witness's are not judged.
     */
    public static List<PhysicalConnection> findLost(
            List<PhysicalConnection> silent, PhysicalConnection witness, Duration limit) throws SQLException {
        PostgresSession self = witness.serverSession();
        if (self == null) return List.of();
        long quiet = NanoMath.nanos(limit);
        Map<Integer, Seen> seen = sessions(witness.driver(), quiet / 2);
        Seen own = seen.get(self.pid());
        // It cannot even see itself: its role may not, or what speaks the protocol has no such view.
        if (own == null || !own.is(self)) return List.of();
        return silent.stream()
                .filter(connection -> isLost(connection, self, seen, quiet))
                .toList();
    }

    private static boolean isLost(
            PhysicalConnection connection, PostgresSession self, Map<Integer, Seen> seen, long quiet) {
        PostgresSession session = connection.serverSession();
        if (session == null || !session.server().equals(self.server())) return false;
        Seen now = seen.get(session.pid());
        return now == null || !now.is(session) || now.idle() && connection.isQuiet(quiet);
    }

    /**
     * Ends sessions that we have cut off, if the server still has them: the network did not tell it. Such a session would hold its place and
     * its locks until the server notices by itself, which takes hours.
     */
    public static void end(Connection driver, PostgresSession self, List<PostgresSession> sessions) {
        try (PreparedStatement statement = driver.prepareStatement(END)) {
            for (PostgresSession session : sessions) {
                if (!session.server().equals(self.server())) continue;
                statement.setInt(1, session.pid());
                statement.setObject(2, session.begunBefore().atOffset(ZoneOffset.UTC));
                statement.executeQuery().close();
            }
            if (!driver.getAutoCommit()) driver.rollback();
        } catch (SQLException e) {
            // we may not, or this one is lost, too; the server notices some day
        }
    }

    /**
     * Every session of the server that may be seen, by the number of its process.
     *
     * @param idle after how many nanoseconds of idleness a session counts as idle
     */
    private static Map<Integer, Seen> sessions(Connection driver, long idle) throws SQLException {
        Map<Integer, Seen> seen = new HashMap<>();
        try (PreparedStatement statement = driver.prepareStatement(OTHERS)) {
            statement.setDouble(1, (double) idle / TimeUnit.SECONDS.toNanos(1));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Timestamp since = rows.getTimestamp(TIME);
                    if (since == null) continue; // of another user's, or of the server's own
                    seen.put(rows.getInt(PID), new Seen(server(rows), since.toInstant(), rows.getBoolean(IDLE)));
                }
            }
        } catch (SQLException e) {
            if (e.getSQLState() == null || !e.getSQLState().startsWith(NO_SUCH_VIEW)) throw e;
            seen.clear();
        }
        if (!driver.getAutoCommit()) driver.rollback();
        return seen;
    }

    private static String server(ResultSet row) throws SQLException {
        return Objects.requireNonNullElse(row.getString(1), "") + ":" + row.getInt(2);
    }

    /** As the driver was told when it logged in. Null when this is not PostgreSQL's own. */
    private static Integer pid(Connection driver) {
        try {
            Class<?> api = Class.forName(
                    "org.postgresql.PGConnection", false, driver.getClass().getClassLoader());
            return api.isInstance(driver)
                    ? (Integer) api.getMethod("getBackendPID").invoke(driver)
                    : null;
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
