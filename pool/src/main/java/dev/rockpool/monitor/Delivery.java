package dev.rockpool.monitor;

import dev.rockpool.PoolListener;
import dev.rockpool.internal.base.PoolLogKt;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Logs the alerts of a monitor, and tells its listeners what it finds, one notice at a time. Thread-safe. */
final class Delivery {
    private final String pool;
    private final List<MonitorListener> listeners;
    private final Object delivering = new Object();

    /** @param pool the name of the pool, for messages */
    Delivery(String pool, List<MonitorListener> listeners) {
        this.pool = pool;
        this.listeners = new CopyOnWriteArrayList<>(listeners);
    }

    PoolListener.Registration add(MonitorListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void alerts(List<Alerts.Notice> notices) {
        for (Alerts.Notice notice : notices) {
            Alert alert = notice.alert();
            if (notice.kind() == Alerts.Kind.RESOLVED) PoolLogKt.logInfo(alert::toString);
            else PoolLogKt.logWarn(null, alert::toString);
            each(listener -> {
                switch (notice.kind()) {
                    case TRIGGERED -> listener.triggered(alert);
                    case REMINDED -> listener.reminded(alert);
                    case RESOLVED -> listener.resolved(alert);
                }
            });
        }
    }

    void each(Consumer<MonitorListener> notice) {
        synchronized (delivering) {
            for (MonitorListener listener : listeners) {
                try {
                    notice.accept(listener);
                } catch (Throwable e) { // a listener must not disturb the others
                    PoolLogKt.logWarn(e, () -> "pool '" + pool + "': a listener of its monitor failed");
                }
            }
        }
    }
}
