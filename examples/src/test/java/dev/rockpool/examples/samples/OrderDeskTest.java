package dev.rockpool.examples.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.JdbcCluster;
import dev.rockpool.testing.EmbeddedCluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The primary is killed while orders are taken and counted. */
class OrderDeskTest {
    private static final int THREADS = 4;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger ordered = new AtomicInteger();
    private final AtomicInteger failedOrders = new AtomicInteger();
    private final AtomicInteger failedReads = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();

    @Test
    @EnabledIfSystemProperty(named = "rockpool.proof", matches = "true")
    void ordersAreTakenAndCountedWhileThePrimaryIsKilled() throws Exception {
        try (EmbeddedCluster servers = EmbeddedCluster.create();
                var database = JdbcCluster.builder()
                        .name("orders")
                        .pools(pool -> pool.username(servers.user())
                                .password(servers.password())
                                .maxSize(THREADS))
                        .member(member -> member.url(servers.url(0)))
                        .member(member -> member.url(servers.url(1)))
                        .build()
                        .getDataSource()) {
            OrderDesk desk = new OrderDesk(database);
            desk.open();
            servers.catchUp();
            confirmWhatTheStandbyHas(servers);
            List<Thread> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                running.add(new Thread(() -> takeOrders(desk, number)));
            }
            running.add(new Thread(() -> countOrders(desk)));
            running.forEach(Thread::start);
            awaitMore(50);
            servers.kill(0);
            int readsBefore = reads.get();
            servers.promote(1);
            awaitMore(50);
            assertTrue(reads.get() > readsBefore, "orders were counted meanwhile");
            servers.startAsStandby(0);
            awaitMore(50);
            over.set(true);
            for (Thread thread : running) thread.join(Duration.ofSeconds(30).toMillis());

            assertTrue(failedOrders.get() <= THREADS, () -> failedOrders + " orders failed");
            assertEquals(0, failedReads.get());
            servers.catchUp();
            assertEquals(ordered.get(), desk.orders(), "each order was repeated until it was confirmed");
        }
    }

    /** Otherwise the orders that were confirmed last may be lost with the primary. */
    private static void confirmWhatTheStandbyHas(EmbeddedCluster servers) throws Exception {
        try (Connection primary = servers.connect(0);
                Statement statement = primary.createStatement()) {
            statement.execute("alter system set synchronous_standby_names = '*'");
            statement.execute("select pg_reload_conf()");
            while (true) {
                try (ResultSet row =
                        statement.executeQuery("select count(*) from pg_stat_replication where sync_state = 'sync'")) {
                    row.next();
                    if (row.getInt(1) == 1) return;
                }
                Thread.sleep(10);
            }
        }
    }

    private void takeOrders(OrderDesk desk, int number) {
        for (int i = 0; !over.get(); i++) {
            String item = number + "-" + i;
            while (!tryOrder(desk, item)) failedOrders.incrementAndGet();
            ordered.incrementAndGet();
        }
    }

    private static boolean tryOrder(OrderDesk desk, String item) {
        try {
            desk.order(item);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private void countOrders(OrderDesk desk) {
        while (!over.get()) {
            try {
                desk.orders();
                reads.incrementAndGet();
            } catch (SQLException e) {
                failedReads.incrementAndGet();
            }
        }
    }

    private void awaitMore(int orders) throws InterruptedException {
        int wanted = ordered.get() + orders;
        for (int i = 0; ordered.get() < wanted; i++) {
            assertTrue(i < 3_000, () -> ordered + " orders, " + failedOrders + " failed");
            Thread.sleep(10);
        }
    }
}
