package dev.rockpool.jdbc.spring;

import dev.rockpool.ConnectionInfo;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolHealth;
import dev.rockpool.PoolStats;
import dev.rockpool.TimeStats;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A pool as maps, which the actuator writes as JSON. Times are in milliseconds. */
final class EndpointText {
    private static final double NANOS_PER_MILLI = 1e6;

    private EndpointText() {}

    /** The numbers and the health. */
    static Map<String, Object> numbers(PoolControl control) {
        PoolStats stats = control.snapshot();
        PoolHealth health = control.health();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("pool", stats.getName());
        all.put("health", health.getStatus().toString());
        all.put("issues", health.getIssues());
        all.put("paused", stats.getPaused());
        all.put("maxSize", stats.getMaxSize());
        all.put("minIdle", stats.getMinIdle());
        all.put("leased", stats.getLeased());
        all.put("idle", stats.getIdle());
        all.put("opening", stats.getOpening());
        all.put("probing", stats.getProbing());
        all.put("closing", stats.getClosing());
        all.put("pending", stats.getPending());
        all.put("oldestWait", millis(stats.getOldestWait()));
        all.put("exhaustedFor", millis(stats.getExhaustedFor()));
        all.put("acquired", stats.getAcquired());
        all.put("timedOut", stats.getTimedOut());
        all.put("cancelled", stats.getCancelled());
        all.put("rejected", stats.getRejected());
        all.put("shed", stats.getShed());
        all.put("failed", stats.getFailed());
        all.put("opened", stats.getOpened());
        all.put("openFailed", stats.getOpenFailed());
        all.put("closed", stats.getClosed());
        all.put("leaked", stats.getLeaked());
        all.put("wait", times(stats.getTimes().getWait()));
        all.put("use", times(stats.getTimes().getUse()));
        all.put("open", times(stats.getTimes().getOpen()));
        return all;
    }

    static List<Map<String, Object>> connections(PoolControl control) {
        return control.connections().stream().map(EndpointText::connection).toList();
    }

    private static Map<String, Object> connection(ConnectionInfo info) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("number", info.getNumber());
        all.put("state", info.getState().toString());
        all.put("status", info.getStatus().toString());
        all.put("age", millis(info.getAge()));
        all.put("inState", millis(info.getInState()));
        all.put("leases", info.getLeases());
        return all;
    }

    private static Map<String, Object> times(TimeStats times) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("count", times.getCount());
        all.put("mean", times.meanNanos() / NANOS_PER_MILLI);
        all.put("p50", times.p50Nanos() / NANOS_PER_MILLI);
        all.put("p99", times.p99Nanos() / NANOS_PER_MILLI);
        all.put("max", times.maxNanos() / NANOS_PER_MILLI);
        return all;
    }

    private static long millis(Duration time) {
        return time.toMillis();
    }
}
