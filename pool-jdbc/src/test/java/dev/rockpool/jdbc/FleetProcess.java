package dev.rockpool.jdbc;

import dev.rockpool.Budget;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One process of a fleet: two pools under a random load. It prints how many calls it has made, line by line, until its
 * input ends. Then it prints its failures.
 */
final class FleetProcess {
    private static final int CALLERS = 6;

    private static volatile boolean stopped;

    private FleetProcess() {}

    public static void main(String[] args) throws Exception {
        String url = args[0];
        long seed = Long.parseLong(args[4]);
        var calls = new AtomicInteger();
        List<String> failures = new ArrayList<>();
        try (var budget = budget(url, args[1], args[2], Integer.parseInt(args[3]));
                var first = pool("first", budget.share(1), args);
                var second = pool("second", budget.share(), args)) {
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                var random = new SplittableRandom(seed * CALLERS + i);
                callers.add(new Thread(() -> load(random, List.of(first, second), calls, failures)));
            }
            callers.forEach(Thread::start);
            while (System.in.available() == 0) {
                System.out.println("calls " + calls);
                Thread.sleep(50);
            }
            stopped = true;
            for (Thread caller : callers) caller.join();
        }
        failures.forEach(System.out::println);
        System.out.println("ended");
    }

    private static PostgresBudget budget(String url, String user, String password, int total) {
        // region fleet
        var fleet = PostgresBudget.builder()
                .name("shop") // the same in each process
                .total(total) // of all processes together
                .guaranteed(1) // to this process
                .url(url) // of the server itself
                .username(user)
                .password(password)
                .build();
        // endregion
        return fleet;
    }

    private static RockpoolDataSource pool(String name, Budget.Share share, String... args) {
        return RockpoolDataSource.builder()
                .name(name)
                .url(args[0] + "?ApplicationName=fleet")
                .username(args[1])
                .password(args[2])
                .maxSize(5)
                .minIdle(0)
                .acquireTimeout(Duration.ofSeconds(20))
                .budget(share)
                .build();
    }

    private static void load(
            SplittableRandom random, List<RockpoolDataSource> pools, AtomicInteger calls, List<String> failures) {
        while (!stopped) {
            var pool = pools.get(random.nextInt(pools.size()));
            try (Connection connection = pool.getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("select pg_sleep(" + random.nextInt(20) / 1000.0 + ")");
                calls.incrementAndGet();
                Thread.sleep(random.nextInt(10) == 0 ? random.nextInt(200) : 0);
            } catch (SQLException | InterruptedException e) {
                synchronized (failures) {
                    failures.add("failed " + e);
                }
            }
        }
    }
}
