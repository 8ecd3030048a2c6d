package dev.rockpool.jdbc.internal.budget;

import dev.rockpool.jdbc.internal.budget.PgNotifications.Notification;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * One session with the coordinator. It holds an advisory lock for each permit that this process has. All calls block,
 * for at most {@value #ANSWER_MILLIS} ms. For one thread.
 */
final class PermitSession implements AutoCloseable {
    private static final int ANSWER_MILLIS = 3_000;

    private final Connection connection;
    private final PgNotifications notifications;
    private final int locks;
    private final int total;
    private final String channel;
    private final List<Integer> held = new ArrayList<>();
    private final int pid;

    private PermitSession(Connection connection, String name, int total) throws SQLException {
        this.connection = connection;
        this.notifications = new PgNotifications(connection);
        this.locks = classOf(name);
        this.total = total;
        this.channel = "rockpool_budget_" + locks;
        this.pid = pid(connection);
    }

    /**
     * Connects, and checks that the session is not shared with other clients.
     *
     * @param total how many permits all processes have together
     * @throws SharedSessionException if it is shared
     */
    static PermitSession open(SessionSource source, String name, int total) throws SQLException {
        Connection connection = source.connect();
        try {
            connection.setAutoCommit(true);
            connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
            PermitSession session = new PermitSession(connection, name, total);
            session.checkNotShared(source);
            session.run("set application_name = 'rockpool budget'");
            // If the machine of this process is lost, the server should notice soon and free its permits.
            session.run("set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3");
            session.run("listen " + session.channel);
            return session;
        } catch (SQLException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    /** The first number of all locks of the budget with this name. */
    static int classOf(String name) {
        var sum = new CRC32();
        sum.update(name.getBytes(StandardCharsets.UTF_8));
        return (int) (sum.getValue() & Integer.MAX_VALUE);
    }

    /** While another client is in a transaction, a shared session would serve that one, and this one another. */
    private void checkNotShared(SessionSource source) throws SQLException {
        try (Connection other = source.connect()) {
            other.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
            other.setAutoCommit(false);
            int others = pid(other);
            if (others == pid || pid(connection) != pid) throw new SharedSessionException();
            other.rollback();
        }
    }

    /** How many permits this process has. */
    int held() {
        return held.size();
    }

    int pid() {
        return pid;
    }

    /** Locks up to this many more permits. Returns how many it got. */
    int lock(int count) throws SQLException {
        if (count <= 0) return 0;
        // A session gets a lock again that it has, so its own are left out.
        String own = held.isEmpty() ? "0" : list(held);
        String sql = "select n from generate_series(1, " + total + ") n where case when n in (" + own
                + ") then false else pg_try_advisory_lock(" + locks + ", n) end limit " + count;
        List<Integer> got = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) got.add(rows.getInt(1));
        }
        held.addAll(got);
        return got.size();
    }

    /** Unlocks this many permits. */
    void unlock(int count) throws SQLException {
        List<Integer> last = held.subList(held.size() - count, held.size());
        String sql = "select bool_and(pg_advisory_unlock(" + locks + ", n)) from unnest(array[" + list(last) + "]) n";
        boolean had = ask(sql).equals("t");
        last.clear();
        if (!had) throw new SharedSessionException();
    }

    /**
     * Asks the server whether the session still has its locks.
     *
     * @throws SharedSessionException if it has not
     */
    void check() throws SQLException {
        String counted = ask("select pg_backend_pid() || ' ' || count(*) from pg_locks where locktype = 'advisory'"
                + " and pid = pg_backend_pid() and granted and objsubid = 2 and classid = " + locks
                + " and database = (select oid from pg_database where datname = current_database())");
        if (!counted.equals(pid + " " + held.size())) throw new SharedSessionException();
    }

    /** Ends the session with this process id, if it is one of a budget. Its locks are free soon. */
    void end(int former) throws SQLException {
        ask("select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where pid = " + former
                + " and pid <> pg_backend_pid() and usename = current_user and application_name = 'rockpool budget'");
    }

    /** Tells the other processes something. */
    void tell(String text) throws SQLException {
        ask("select 1 from (select pg_notify('" + channel + "', '" + text + "')) told");
    }

    /** What other processes have told. Does not wait. */
    List<String> heard() throws SQLException {
        List<String> texts = new ArrayList<>();
        for (Notification each : notifications.take()) if (each.sender() != pid) texts.add(each.text());
        return texts;
    }

    /** Ends the session, and so unlocks all permits. */
    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private static String list(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static int pid(Connection connection) throws SQLException {
        return Integer.parseInt(ask(connection, "select pg_backend_pid()"));
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String ask(String sql) throws SQLException {
        return ask(connection, sql);
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
