package dev.rockpool.examples.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.testing.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Customers move to a second and a third database while they order. */
class CustomerDeskTest {
    private static final int THREADS = 4;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger ordered = new AtomicInteger();

    /** Three databases of one server. */
    private static RockpoolDataSource database(EmbeddedDatabase server, String name) throws SQLException {
        try (Connection connection = server.connect();
                Statement create = connection.createStatement()) {
            create.execute("create database " + name + " owner " + server.user());
        }
        return RockpoolDataSource.builder()
                .name(name)
                .url(server.url().replaceFirst("[^/]*$", name))
                .username(server.user())
                .password(server.password())
                .maxSize(THREADS)
                .build();
    }

    @Test
    @EnabledIfSystemProperty(named = "rockpool.proof", matches = "true")
    void noOrderIsLostWhileCustomersMove() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (EmbeddedDatabase server = EmbeddedDatabase.create();
                CustomerDesk desk = new CustomerDesk("one", database(server, "one"))) {
            List<Future<Integer>> customers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) customers.add(threads.submit(order(desk, "customer-" + i)));
            awaitMore(100);
            desk.grow("two", database(server, "two"));
            awaitMore(100);
            desk.grow("three", database(server, "three"));
            awaitMore(100);
            over.set(true);
            for (int i = 0; i < THREADS; i++) assertEquals(customers.get(i).get(), desk.orders("customer-" + i));
            assertEquals("{one=1365, three=1365, two=1366}", desk.toString());
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    /** Orders until it is over, and returns how often. */
    private Callable<Integer> order(CustomerDesk desk, String customer) {
        return () -> {
            int count = 0;
            while (!over.get()) {
                desk.order(customer, "item " + count++);
                ordered.incrementAndGet();
            }
            return count;
        };
    }

    private void awaitMore(int orders) throws InterruptedException {
        int wanted = ordered.get() + orders;
        for (int i = 0; ordered.get() < wanted; i++) {
            assertTrue(i < 3_000, () -> ordered + " orders");
            Thread.sleep(10);
        }
    }
}
