package dev.rockpool.dashboard.internal.pools;

import dev.rockpool.ClosedConnection;
import dev.rockpool.ConnectionInfo;
import dev.rockpool.Diagnosis;
import dev.rockpool.HeldConnection;
import dev.rockpool.PoolHealth;
import dev.rockpool.PoolStats;
import dev.rockpool.ProbeResult;
import dev.rockpool.TimeStats;
import dev.rockpool.WaitingCallers;
import dev.rockpool.dashboard.internal.json.JsonText;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kotlinx.serialization.json.JsonElement;

/** What the page shows of a pool, as JSON. Times are in milliseconds. */
final class PoolState {
    private static final int MOST_CONNECTIONS = 500;

    private final boolean showSql;

    PoolState(boolean showSql) {
        this.showSql = showSql;
    }

    JsonElement figures(PoolStats stats) {
        return JsonText.object(
                "idle", stats.getIdle(),
                "leased", stats.getLeased(),
                "opening", stats.getOpening(),
                "probing", stats.getProbing(),
                "closing", stats.getClosing(),
                "total", stats.getTotal(),
                "maxSize", stats.getMaxSize(),
                "minIdle", stats.getMinIdle(),
                "paused", stats.getPaused(),
                "pending", stats.getPending(),
                "oldestWait", stats.getOldestWait(),
                "exhaustedFor", stats.getExhaustedFor(),
                "acquired", stats.getAcquired(),
                "timedOut", stats.getTimedOut(),
                "cancelled", stats.getCancelled(),
                "rejected", stats.getRejected(),
                "shed", stats.getShed(),
                "failed", stats.getFailed(),
                "opened", stats.getOpened(),
                "openFailed", stats.getOpenFailed(),
                "closed", stats.getClosed(),
                "closedBy", stats.getClosedBy(),
                "leaked", stats.getLeaked(),
                "reclaimed", stats.getReclaimed(),
                "recordedFor", stats.getTimes().getRecordedFor(),
                "wait", times(stats.getTimes().getWait()),
                "use", times(stats.getTimes().getUse()),
                "open", times(stats.getTimes().getOpen()),
                "idleTime", times(stats.getTimes().getIdle()),
                "lifetime", times(stats.getTimes().getLifetime()));
    }

    private static JsonElement times(TimeStats times) {
        return JsonText.object(
                "count", times.getCount(),
                "mean", times.getMean(),
                "p50", times.getP50(),
                "p90", times.getP90(),
                "p99", times.getP99(),
                "p999", times.getP999(),
                "max", times.getMax());
    }

    JsonElement health(PoolHealth health) {
        return JsonText.object(
                "status", health.getStatus(),
                "issues", health.getIssues(),
                "failures", health.getConsecutiveFailures(),
                "lastFailure", text(health.getLastFailure()),
                "lastFailureAgo", health.getLastFailureAgo(),
                "lastCheckAgo", health.getLastCheckAgo(),
                "lastCheckTook", health.getLastCheckTook());
    }

    JsonElement connections(List<ConnectionInfo> connections, Diagnosis diagnosis) {
        Map<Long, HeldConnection> held = new HashMap<>();
        for (HeldConnection lease : diagnosis.getLeases()) held.put(lease.getConnection(), lease);
        return JsonText.of(connections.stream()
                .sorted(Comparator.comparingLong(ConnectionInfo::getNumber))
                .limit(MOST_CONNECTIONS)
                .map(connection -> connection(connection, held.get(connection.getNumber())))
                .toList());
    }

    private JsonElement connection(ConnectionInfo info, HeldConnection held) {
        return JsonText.object(
                "number", info.getNumber(),
                "state", info.getState(),
                "status", info.getStatus(),
                "age", info.getAge(),
                "inState", info.getInState(),
                "leases", info.getLeases(),
                "retired", info.isRetired(),
                "holder", info.getHolder(),
                "caller", held == null ? null : held.getCaller(),
                "active", held == null ? null : held.isActive(),
                "sql", held == null ? null : sql(held.getStatement()),
                "stack", held == null ? null : held.getStack(),
                "probe", probe(info.getLastProbe()),
                "reason", info.getReason());
    }

    private static JsonElement probe(ProbeResult probe) {
        return JsonText.of(
                probe == null
                        ? null
                        : JsonText.object(
                                "alive", probe.isAlive(),
                                "took", probe.getTook(),
                                "ago", probe.getAgo(),
                                "error", text(probe.getError())));
    }

    JsonElement waiting(List<WaitingCallers> waiting) {
        return JsonText.of(waiting.stream()
                .map(callers -> JsonText.object(
                        "caller", callers.getCaller(), "count", callers.getCount(), "oldest", callers.getOldest()))
                .toList());
    }

    JsonElement closed(List<ClosedConnection> closed) {
        return JsonText.of(closed.stream()
                .map(connection -> JsonText.object(
                        "number", connection.getNumber(),
                        "kind", connection.getKind(),
                        "reason", connection.getReason(),
                        "age", connection.getAge(),
                        "ago", connection.getAgo()))
                .toList());
    }

    /** A diagnosis that somebody asked for, with its stacks. */
    JsonElement diagnosis(Diagnosis diagnosis) {
        return JsonText.object(
                "verdict", diagnosis.getVerdict(),
                "advice", diagnosis.getAdvice(),
                "leases",
                        diagnosis.getLeases().stream()
                                .map(lease -> JsonText.object(
                                        "connection", lease.getConnection(),
                                        "holder", lease.getHolder(),
                                        "caller", lease.getCaller(),
                                        "held", lease.getHeld(),
                                        "active", lease.isActive(),
                                        "sql", sql(lease.getStatement()),
                                        "stack", lease.getStack()))
                                .toList(),
                "waiting", waiting(diagnosis.getWaiting()));
    }

    /** Null if statements are not shown. */
    private String sql(String statement) {
        return statement == null || !showSql ? null : SqlMask.mask(statement);
    }

    private static String text(Throwable failure) {
        if (failure == null) return null;
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
