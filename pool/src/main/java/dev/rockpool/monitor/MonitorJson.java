package dev.rockpool.monitor;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import kotlinx.serialization.json.JsonArray;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonElementKt;
import kotlinx.serialization.json.JsonNull;
import kotlinx.serialization.json.JsonObject;

/** The JSON form of figures and alerts. Durations are seconds, points in time are text in UTC, unknown is null. */
final class MonitorJson {
    private static final double NANOS = 1e9;

    private final Map<String, JsonElement> members = new LinkedHashMap<>();

    private MonitorJson() {}

    static JsonObject of(PoolMonitor monitor) {
        return new MonitorJson()
                .put("now", of(monitor.now()))
                .put("rules", array(monitor.getAlerts().getRules(), MonitorJson::of))
                .put("active", array(monitor.getAlerts().getActive(), MonitorJson::of))
                .put("log", array(monitor.getAlerts().getLog(), MonitorJson::of))
                .end();
    }

    static JsonObject of(PoolFigures of) {
        return new MonitorJson()
                .put("pool", of.getPool())
                .put("coversFrom", of.getCoversFrom())
                .put("coversTo", of.getCoversTo())
                .put("uptime", of.getUptime())
                .put("health", of.getHealth())
                .put("paused", of.isPaused())
                .put("maxSize", of.getMaxSize())
                .put("leased", of.getLeased())
                .put("idle", of.getIdle())
                .put("opening", of.getOpening())
                .put("pending", of.getPending())
                .put("oldestWait", of.getOldestWait())
                .put("acquireTimeout", of.getAcquireTimeout())
                .put("peakLeased", of.getPeakLeased())
                .put("peakPending", of.getPeakPending())
                .put("attempts", of.getAttempts())
                .put("served", of.getServed())
                .put("timedOut", of.getTimedOut())
                .put("cancelled", of.getCancelled())
                .put("rejected", of.getRejected())
                .put("shed", of.getShed())
                .put("failed", of.getFailed())
                .put("opened", of.getOpened())
                .put("openFailed", of.getOpenFailed())
                .put("closedBy", closes(of))
                .put("leaked", of.getLeaked())
                .put("reclaimed", of.getReclaimed())
                .put("exhaustedFor", of.getExhaustedFor())
                .put("pausedFor", of.getPausedFor())
                .put("downFor", of.getDownFor())
                .put("utilization", of.getUtilization())
                .put("meanUtilization", of.getMeanUtilization())
                .put("rate", of.getRate())
                .put("errorRate", of.getErrorRate())
                .put("exhaustedShare", of.getExhaustedShare())
                .put("wait", of(of.getWait()))
                .put("open", of(of.getOpen()))
                .put("use", of(of.getUse()))
                .put("lifetime", of(of.getLifetime()))
                .end();
    }

    private static JsonObject closes(PoolFigures of) {
        MonitorJson closes = new MonitorJson();
        of.getClosedBy().forEach((why, count) -> closes.put(why.name().toLowerCase(Locale.ROOT), count));
        return closes.end();
    }

    private static JsonObject of(TimeFigures of) {
        return new MonitorJson()
                .put("count", of.getCount())
                .put("total", of.getTotal())
                .put("mean", of.getMean())
                .put("p50", of.getP50())
                .put("p90", of.getP90())
                .put("p99", of.getP99())
                .end();
    }

    static JsonObject of(Alert of) {
        return of(of.getRule())
                .put("id", of.getId())
                .put("pool", of.getPool())
                .put("state", of.getState())
                .put("value", of.getValue())
                .put("highest", of.getHighest())
                .put("firedAt", of.getFiredAt())
                .put("resolvedAt", of.getResolvedAt())
                .put("acknowledgedBy", of.getAcknowledgedBy())
                .put("acknowledgedAt", of.getAcknowledgedAt())
                .put("clearedBy", of.getClearedBy())
                .put("text", of.toString())
                .end();
    }

    private static JsonObject of(AlertStatus of) {
        return of(of.getRule())
                .put("state", of.getState())
                .put("value", of.getValue())
                .end();
    }

    private static MonitorJson of(AlertRule rule) {
        return new MonitorJson()
                .put("name", rule.getName())
                .put("level", rule.getLevel())
                .put("figure", rule.getFigure())
                .put("above", rule.getAbove());
    }

    private static <T> JsonArray array(List<T> all, Function<T, JsonObject> json) {
        return new JsonArray(all.stream().<JsonElement>map(json).toList());
    }

    private MonitorJson put(String name, Object value) {
        members.put(name, element(value));
        return this;
    }

    private static JsonElement element(Object value) {
        if (value == null) return JsonNull.INSTANCE;
        if (value instanceof JsonElement json) return json;
        if (value instanceof Boolean flag) return JsonElementKt.JsonPrimitive(flag);
        if (value instanceof Duration time) return JsonElementKt.JsonPrimitive(time.toNanos() / NANOS);
        if (value instanceof Number number) return JsonElementKt.JsonPrimitive(number);
        return JsonElementKt.JsonPrimitive(value.toString());
    }

    private JsonObject end() {
        return new JsonObject(members);
    }
}
