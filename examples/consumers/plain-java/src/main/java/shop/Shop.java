package shop;

import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A program with typical problems: a full pool, a slow statement, a database outage, and a connection that is never
 * returned. The pool has something to log each time. Prints one line for each step.
 *
 * <p>With the argument {@code leave-open} it does not close the pool before it ends.
 */
public final class Shop {
    private static final Duration SHORT = Duration.ofMillis(200);

    private Shop() {}

    public static void main(String[] arguments) throws Exception {
        boolean leaveOpen = arguments.length > 0 && arguments[0].equals("leave-open");
        try (var database = new Database()) {
            var dataSource = RockpoolDataSource.builder()
                    .name("shop")
                    .url(database.url())
                    .maxSize(2)
                    .acquireTimeout(Duration.ofSeconds(5))
                    .failFastAfter(null)
                    .trustWindow(Duration.ZERO)
                    .slowStatementThreshold(Duration.ofNanos(1))
                    .leakThreshold(Duration.ofMillis(50))
                    .build();
            System.out.println("answer: " + answer(dataSource));
            meetFullPool(dataSource);
            meetOutage(dataSource, database);
            if (leaveOpen) {
                System.out.println("left open");
            } else {
                close(dataSource, "with nothing in use");
                closeWhileInUse(database);
            }
        }
        System.out.println("end of main");
    }

    private static int answer(RockpoolDataSource dataSource) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select 40 + 2")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void meetFullPool(RockpoolDataSource dataSource) throws SQLException {
        try (var first = dataSource.getConnection();
                var second = dataSource.getConnection()) {
            try (var third = dataSource.getConnection(SHORT)) {
                throw new AssertionError("a third connection: " + third);
            } catch (SQLException e) {
                System.out.println("full pool: " + e.getClass().getSimpleName());
            }
        }
        System.out.println("after the full pool: " + answer(dataSource));
    }

    private static void meetOutage(RockpoolDataSource dataSource, Database database) throws SQLException {
        try (var lost = dataSource.getConnection()) {
            database.goAway();
            try (var statement = lost.createStatement()) {
                statement.execute("select 1");
                throw new AssertionError("a statement ran without a database");
            } catch (SQLException expected) {
                System.out.println("lost connection: still valid: " + lost.isValid(1));
            }
        }
        try (var connection = dataSource.getConnection(SHORT)) {
            throw new AssertionError("a connection without a database: " + connection);
        } catch (SQLException e) {
            System.out.println("during the outage: " + e.getClass().getSimpleName());
        }
        database.comeBack();
        System.out.println("after the outage: " + answer(dataSource));
    }

    private static void closeWhileInUse(Database database) throws SQLException {
        var dataSource = RockpoolDataSource.builder()
                .url(database.url())
                .maxSize(1)
                .build();
        try (Connection leased = dataSource.getConnection()) {
            close(dataSource, "with a connection in use");
            System.out.println("aborted connection: closed: " + leased.isClosed());
        }
    }

    private static void close(RockpoolDataSource dataSource, String when) {
        long begin = System.nanoTime();
        dataSource.close(Duration.ZERO);
        var took = Duration.ofNanos(System.nanoTime() - begin);
        var left = dataSource.snapshot();
        System.out.printf(
                "closed %s: in time: %s, slots: %d, closing: %d%n",
                when, took.compareTo(Duration.ofSeconds(1)) < 0, left.getTotal(), left.getClosing());
    }
}
