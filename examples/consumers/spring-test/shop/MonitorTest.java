package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.PoolTracer;
import dev.rockpool.monitor.Alert;
import dev.rockpool.monitor.AlertLevel;
import dev.rockpool.monitor.AlertRule;
import dev.rockpool.monitor.Figure;
import dev.rockpool.monitor.PoolMonitor;
import java.sql.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/** A monitor, its alerts as events, and a tracer, by properties and beans alone. */
class MonitorTest {
    @EnableAutoConfiguration
    static class Watched {
        final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<String> waits = new LinkedBlockingQueue<>();

        // region spring monitor
        @EventListener
        void on(Alert alert) {
            told.add(alert.getState() + " " + alert);
        }
        // endregion

        @Bean
        AlertRule leased() {
            return new AlertRule("leased", AlertLevel.CRITICAL, Figure.UTILIZATION, 0.5);
        }

        @Bean
        PoolTracer tracer() {
            return new PoolTracer() {
                @Override
                public Wait waitBegins(WaitStart start) {
                    return (outcome, connection, failure) -> waits.add("a wait in " + start.getPool() + ": " + outcome);
                }
            };
        }
    }

    @Test
    void alertsAreEventsAndWaitsAreTraced() throws Exception {
        try (var context = new SpringApplicationBuilder(Watched.class)
                .run(
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--spring.datasource.url=jdbc:h2:mem:watched",
                        "--spring.datasource.type=dev.rockpool.jdbc.RockpoolDataSource",
                        "--spring.datasource.rockpool.max-size=1",
                        "--spring.datasource.rockpool.name=watched",
                        "--rockpool.monitor.enabled=true",
                        "--rockpool.monitor.interval=100ms",
                        "--rockpool.monitor.retention=10m")) {
            DataSource source = context.getBean(DataSource.class);
            PoolMonitor monitor = context.getBean("dataSourceMonitor", PoolMonitor.class);
            Watched watched = context.getBean(Watched.class);
            CompletableFuture<Void> second;
            try (Connection held = source.getConnection()) {
                String alert = watched.told.poll(30, TimeUnit.SECONDS);
                watched.waits.clear(); // the first caller may have waited for a connect
                assertTrue(alert.startsWith("FIRING pool 'watched': alert 1, CRITICAL 'leased'"), alert);
                second = CompletableFuture.runAsync(() -> close(source));
                while (monitor.now().getPending() == 0) Thread.onSpinWait();
                assertTrue(held.isValid(1));
            }
            second.get(30, TimeUnit.SECONDS);
            assertEquals("a wait in watched: SERVED", watched.waits.poll(30, TimeUnit.SECONDS));
        }
    }

    private static void close(DataSource source) {
        try {
            source.getConnection().close();
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
