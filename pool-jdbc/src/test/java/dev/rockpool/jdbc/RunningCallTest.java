package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A diagnosis shows what runs, also where the pool cannot ask the server about a silent call. Public for H2. */
@Timeout(60)
public class RunningCallTest {
    private static final CountDownLatch RUNS = new CountDownLatch(1);
    private static final CountDownLatch END = new CountDownLatch(1);

    /** Called by the database. */
    public static int runs() throws InterruptedException {
        RUNS.countDown();
        END.await();
        return 1;
    }

    @Test
    void aDiagnosisShowsARunningStatement() throws Exception {
        try (var pool = RockpoolDataSource.builder()
                .url("jdbc:h2:mem:running")
                .maxSize(1)
                .build()) {
            Thread user = new Thread(() -> run(pool));
            user.start();
            RUNS.await();
            try {
                String found = pool.control().diagnose().toString();
                assertTrue(found.contains("select runs()"), found);
            } finally {
                END.countDown();
                user.join(Duration.ofSeconds(10).toMillis());
            }
        }
    }

    private static void run(RockpoolDataSource pool) {
        try {
            pool.useConnection(connection -> {
                try (var statement = connection.createStatement()) {
                    statement.execute("create alias runs for '" + RunningCallTest.class.getName() + ".runs'");
                    statement.execute("select runs()");
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
