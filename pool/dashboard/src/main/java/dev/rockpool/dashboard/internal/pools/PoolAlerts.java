package dev.rockpool.dashboard.internal.pools;

import dev.rockpool.PoolControl;
import dev.rockpool.dashboard.internal.json.JsonText;
import dev.rockpool.monitor.Alert;
import dev.rockpool.monitor.PoolMonitor;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import kotlinx.serialization.json.JsonElement;

/** The alerts of a pool: those of a monitor that the application has, or else of one with the built-in rules. */
final class PoolAlerts implements AutoCloseable {
    private static final int MOST = 20;

    private final PoolMonitor monitor;
    private final boolean isOwn;

    private PoolAlerts(PoolMonitor monitor, boolean isOwn) {
        this.monitor = monitor;
        this.isOwn = isOwn;
    }

    /** @param monitors those of the application, of any pools */
    static PoolAlerts of(PoolControl control, List<PoolMonitor> monitors, ScheduledExecutorService timer) {
        String name = control.getConfig().getName();
        for (PoolMonitor monitor : monitors)
            if (monitor.now().getPool().equals(name)) return new PoolAlerts(monitor, false);
        return new PoolAlerts(PoolMonitor.builder(control).scheduler(timer).start(), true);
    }

    boolean acknowledge(long alert, String by) {
        return monitor.getAlerts().acknowledge(alert, by);
    }

    /** The alerts, the latest first. */
    JsonElement toJson() {
        return JsonText.of(monitor.getAlerts().getLog().stream()
                .limit(MOST)
                .map(PoolAlerts::alert)
                .toList());
    }

    private static JsonElement alert(Alert alert) {
        return JsonText.object(
                "id", alert.getId(),
                "name", alert.getRule().getName(),
                "level", alert.getRule().getLevel(),
                "reason", alert.getReason(),
                "figure", alert.getRule().getFigure().toString(),
                "value", alert.getValue(),
                "highest", alert.getHighest(),
                "above", alert.getRule().getAbove(),
                "firedAt", alert.getFiredAt().toEpochMilli(),
                "resolvedAt",
                        alert.getResolvedAt() == null
                                ? null
                                : alert.getResolvedAt().toEpochMilli(),
                "acknowledgedBy", alert.getAcknowledgedBy());
    }

    @Override
    public void close() {
        if (isOwn) monitor.close();
    }
}
