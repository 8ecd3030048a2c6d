package dev.rockpool.dashboard.internal.pools;

import dev.rockpool.Diagnosis;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolListener;
import dev.rockpool.PoolStats;
import dev.rockpool.dashboard.internal.json.JsonText;
import java.time.Duration;
import java.util.List;
import kotlinx.serialization.json.Json;
import kotlinx.serialization.json.JsonElement;

/**
 * One pool: its figures over time, its events, and its latest state as text for all viewers together. The viewers only
 * wait for that text, so a slow one delays neither the pool nor the others. Thread-safe.
 */
public final class WatchedPool implements AutoCloseable {
    /** Reading the stacks of all holders may take this share of the time. */
    private static final long DIAGNOSIS_SHARE = 50;

    private final String id;
    private final PoolControl control;
    private final PoolState shown;
    private final PoolAlerts alerts;
    private final EventLog events = new EventLog();
    private final PoolListener.Registration listening;
    private final History history = new History();

    private PoolStats before;
    private long beforeNanos;
    private long tick;
    private String state;
    private int viewers;
    private Diagnosis diagnosis;
    private long diagnosed;
    private long nextDiagnosis;
    private boolean ended;

    WatchedPool(String id, PoolControl control, PoolAlerts alerts, boolean showSql) {
        this.id = id;
        this.control = control;
        this.alerts = alerts;
        this.shown = new PoolState(showSql);
        this.listening = control.addListener(events);
    }

    public String id() {
        return id;
    }

    public PoolControl control() {
        return control;
    }

    /** The name of the pool. It is not unique. */
    public String name() {
        return control.getConfig().getName();
    }

    /** Notes in the events what an operator did. */
    public void note(String text) {
        events.operation(text);
    }

    /** Acknowledges an alert that fires; false if it does not. */
    public boolean acknowledge(long alert, String by) {
        return alerts.acknowledge(alert, by);
    }

    /** The pool in a list of pools. */
    public JsonElement summary() {
        PoolStats stats = control.snapshot();
        return JsonText.object(
                "id", id,
                "name", stats.getName(),
                "health", control.health().getStatus(),
                "leased", stats.getLeased(),
                "maxSize", stats.getMaxSize(),
                "pending", stats.getPending());
    }

    /** What the page shows beside figures: settings, events and closed connections. */
    public String log() {
        PoolConfig config = control.getConfig();
        return JsonText.object(
                        "events", events.latest(),
                        "closed", shown.closed(control.recentlyClosed()),
                        "settings", Json.Default.parseToJsonElement(config.toJson()))
                .toString();
    }

    /** Grows with each event, so that viewers know when {@link #log()} has changed. */
    public long eventCount() {
        return events.count();
    }

    /** Says now why callers wait. */
    public JsonElement diagnose() {
        return shown.diagnosis(control.diagnose());
    }

    /** The points after this time, with the names of their values. */
    public synchronized String history(long after) {
        if (before == null) tick();
        List<JsonElement> points =
                history.after(after).stream().map(Point::toJson).toList();
        return JsonText.object("names", Point.NAMES, "points", points).toString();
    }

    public synchronized void addViewer() {
        viewers++;
    }

    public synchronized void removeViewer() {
        viewers--;
    }

    synchronized boolean isViewed() {
        return viewers > 0;
    }

    /** Takes a snapshot, and makes a new state if somebody looks. */
    synchronized void tick() {
        if (ended) return;
        PoolStats now = control.snapshot();
        long nanos = System.nanoTime();
        if (before != null) history.add(Point.of(before, now, System.currentTimeMillis(), nanos - beforeNanos));
        before = now;
        beforeNanos = nanos;
        state = viewers > 0 ? state(now) : null;
        tick++;
        notifyAll();
    }

    /**
     * Waits for a state that is newer than this tick, and for at most this time.
     *
     * @return the state; null if there is none
     */
    public synchronized Seen await(long after, long millis) throws InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        while (!ended && (tick <= after || state == null)) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) return null;
            if (state == null && tick > 0) {
                state = state(control.snapshot());
                return new Seen(Math.max(tick, after + 1), state);
            }
            wait(left);
        }
        return ended ? null : new Seen(tick, state);
    }

    /** A state, and the tick that made it. */
    public record Seen(long tick, String state) {}

    public synchronized boolean isEnded() {
        return ended;
    }

    private String state(PoolStats now) {
        Diagnosis seen = diagnosis();
        boolean isCalm = now.getPending() == 0 && !now.getPaused() && (wasWaiting(seen) || wasCalm(seen));
        List<Point> latest = history.after(0);
        return JsonText.object(
                        "at", System.currentTimeMillis(),
                        "id", id,
                        "name", now.getName(),
                        "figures", shown.figures(now),
                        "health", shown.health(control.health()),
                        "alerts", alerts.toJson(),
                        "verdictAge", Duration.ofNanos(System.nanoTime() - diagnosed),
                        "verdict", isCalm ? nobodyWaits(now) : seen.getVerdict(),
                        "advice", isCalm ? List.of() : seen.getAdvice(),
                        "usage", PoolUsage.of(control),
                        "connections", shown.connections(control.connections(), seen),
                        "waiting", shown.waiting(isCalm ? List.of() : seen.getWaiting()),
                        "point",
                                latest.isEmpty()
                                        ? null
                                        : latest.get(latest.size() - 1).toJson())
                .toString();
    }

    private static boolean wasWaiting(Diagnosis seen) {
        return seen.getStats().getPending() > 0;
    }

    private static boolean wasCalm(Diagnosis seen) {
        return seen.getVerdict().equals(nobodyWaits(seen.getStats()));
    }

    /** As a diagnosis says it. The latest one may be some seconds old, so that it costs little. */
    private static String nobodyWaits(PoolStats now) {
        return "no caller waits: " + now.getLeased() + " of " + now.getMaxSize() + " connections are leased";
    }

    private Diagnosis diagnosis() {
        long began = System.nanoTime();
        if (diagnosis == null || began - nextDiagnosis >= 0) {
            diagnosis = control.diagnose();
            long now = System.nanoTime();
            diagnosed = now;
            nextDiagnosis = now + (now - began) * DIAGNOSIS_SHARE;
        }
        return diagnosis;
    }

    @Override
    public void close() {
        listening.close();
        alerts.close();
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }
}
