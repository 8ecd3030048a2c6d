package dev.rockpool.jdbc.spring;

import dev.rockpool.HealthStatus;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolHealth;
import dev.rockpool.PoolStats;
import dev.rockpool.Priority;
import dev.rockpool.jdbc.PooledDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * The contributor {@code db} for a data source with a pool behind it: whether the database answers. Spring Boot's own
 * acquires a connection, so it takes the whole acquire timeout while the database is down.
 *
 * <p>This one asks the pool first. If no connection is open and connects fail, it is down at once. Otherwise it
 * acquires a connection with a low priority, waits for at most half a second, and checks whether it is valid. A timeout
 * means down only if no connection is open or connects fail, because a pool with all connections in use is busy, not
 * down. The parts of a balanced or sharded data source are checked at the same time.
 */
final class DatabaseCheck {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final DataSource source;
    private final Map<DataSource, DatabaseCheck> checks = new ConcurrentHashMap<>();
    private volatile String database = "unknown";

    DatabaseCheck(DataSource source) {
        this.source = source;
    }

    Answer now() {
        Parts parts = Parts.of(source);
        if (parts != null) return now(parts);
        FoundPool found = FoundPool.of(source);
        return found == null
                ? down("the data source leads to no pool any more")
                : answerOf(found.source(), found.control());
    }

    private Answer now(Parts parts) {
        checks.keySet().retainAll(parts.sources().values());
        Map<String, CompletableFuture<Answer>> running = new LinkedHashMap<>();
        parts.sources().forEach((name, part) -> {
            DatabaseCheck check = checks.computeIfAbsent(part, DatabaseCheck::new);
            running.put(name, CompletableFuture.supplyAsync(check::now, DatabaseCheck::onThread));
        });
        Map<String, Answer> answers = new LinkedHashMap<>();
        running.forEach((name, answer) -> answers.put(name, answer.join()));
        return parts.combine(answers);
    }

    /** A health check is rare, and has few parts. */
    private static void onThread(Runnable check) {
        Thread thread = new Thread(check, "rockpool-health");
        thread.setDaemon(true);
        thread.start();
    }

    /** @param control that of the pool, which is the primary's in a cluster */
    private Answer answerOf(PooledDataSource pool, PoolControl control) {
        PoolHealth before = control.health();
        if (before.getStatus() == HealthStatus.UNHEALTHY) return down(reason(before));
        try (Connection connection = pool.getConnection(PATIENCE, Priority.LOW)) {
            database = connection.getMetaData().getDatabaseProductName();
            return connection.isValid(1) ? up("isValid()") : down("the connection is not valid");
        } catch (SQLTransientConnectionException e) {
            return unanswered(control, e);
        } catch (SQLException e) {
            return down(e.toString());
        }
    }

    private Answer unanswered(PoolControl control, SQLException e) {
        PoolStats stats = control.snapshot();
        boolean nothingOpen = stats.getIdle() + stats.getLeased() + stats.getProbing() == 0;
        PoolHealth health = control.health();
        if (nothingOpen || health.getConsecutiveFailures() > 0) return down(reason(health, e));
        String what = stats.getLeased() >= stats.getMaxSize() ? "all connections are in use" : "no answer yet";
        return up("none: " + what + " (" + PATIENCE.toMillis() + " ms)");
    }

    private static String reason(PoolHealth health, SQLException orElse) {
        return health.getConsecutiveFailures() > 0 ? reason(health) : orElse.toString();
    }

    private static String reason(PoolHealth health) {
        return health.getLastFailure() == null ? health.toString() : String.valueOf(health.getLastFailure());
    }

    private Answer up(String query) {
        return answer(true, "validationQuery", query);
    }

    private Answer down(String error) {
        return answer(false, "error", error);
    }

    private Answer answer(boolean isUp, String name, String value) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("database", database);
        details.put(name, value);
        return new Answer(isUp, details);
    }
}
