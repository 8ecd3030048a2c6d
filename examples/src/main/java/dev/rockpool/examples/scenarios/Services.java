package dev.rockpool.examples.scenarios;

import dev.rockpool.jdbc.Credentials;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Pools of services that run for long. */
public final class Services {
    private Services() {}

    /** A web service whose requests have five seconds. */
    public static RockpoolDataSource web(String url) {
        // region web
        return RockpoolDataSource.builder()
                .name("orders")
                .url(url)
                .maxSize(10)
                .acquireTimeout(Duration.ofSeconds(2)) // the request has 5 s in all
                .queryTimeout(Duration.ofSeconds(3))
                .maxPending(200) // fail at once rather than late
                .leakThreshold(Duration.ofSeconds(30))
                .build();
        // endregion
    }

    /** A worker that runs jobs of an hour, four at a time. */
    public static RockpoolDataSource worker(String url) {
        // region worker
        return RockpoolDataSource.builder()
                .name("jobs")
                .url(url)
                .maxSize(5) // one for each of 4 jobs, and one for the queue of jobs
                .minIdle(0)
                .acquireTimeout(Duration.ofMinutes(5))
                .leakThreshold(Duration.ofHours(2)) // longer than any job
                .idleTimeout(Duration.ofMinutes(1))
                .build();
        // endregion
    }

    /** A service behind PgBouncer in transaction mode. */
    public static RockpoolDataSource behindPgBouncer(String url) {
        // region pgbouncer
        return RockpoolDataSource.builder()
                .name("orders")
                .url(url)
                .maxSize(10)
                .property("prepareThreshold", "0") // no prepared statements on the server
                .property("socketTimeout", "60") // seconds; the pool cannot ask the server about a silent call
                .maxLifetime(Duration.ofMinutes(10))
                .keepaliveInterval(Duration.ofMinutes(1)) // below client_idle_timeout
                .build();
        // endregion
    }

    /** A service whose platform puts the present password into a file. */
    public static RockpoolDataSource onKubernetes(String url, Path secret) {
        // region kubernetes
        return RockpoolDataSource.builder()
                .name("orders")
                .url(url)
                .credentials(
                        () -> new Credentials("orders", Files.readString(secret).strip()))
                .maxSize(8) // times the number of processes, old and new ones together
                .maxLifetime(Duration.ofMinutes(15)) // all sessions use the new password after that
                .build();
        // endregion
    }
}
