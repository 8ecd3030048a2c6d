package dev.rockpool.jdbc.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LazyConnectionTest {
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicLong limit = new AtomicLong();

    private Connection driver() {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                    if (method.getName().equals("close")) closed.incrementAndGet();
                    return method.getReturnType() == boolean.class
                            ? method.getName().equals("isValid")
                            : null;
                });
    }

    private interface End {
        void of(Connection connection) throws SQLException;
    }

    private static End end(String how) {
        return how.equals("close") ? Connection::close : connection -> connection.abort(Runnable::run);
    }

    /** Otherwise nobody would ever give that session back. */
    @ParameterizedTest
    @ValueSource(strings = {"close", "abort"})
    void aSessionThatArrivesAfterTheEndIsGivenBack(String how) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch served = new CountDownLatch(1);
        LazyConnection connection = new LazyConnection(
                (readOnly, limit) -> {
                    asked.countDown();
                    await(served);
                    return new LazyConnection.Session(driver(), false);
                },
                true,
                false);
        CompletableFuture<Void> statement = CompletableFuture.runAsync(() -> {
            try {
                connection.createStatement();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        assertTrue(asked.await(30, TimeUnit.SECONDS));
        end(how).of(connection); // returns although the statement still waits
        served.countDown();
        Throwable told = assertThrows(ExecutionException.class, statement::get);
        while (told.getCause() != null) told = told.getCause();
        assertEquals("Connection is closed", told.getMessage());
        assertEquals(1, closed.get());
        assertTrue(connection.isClosed());
    }

    @Test
    void aClosedConnectionIsNotValidAndGetsNoSession() throws Exception {
        AtomicInteger leases = new AtomicInteger();
        LazyConnection connection = new LazyConnection(
                (readOnly, limit) -> {
                    leases.incrementAndGet();
                    return new LazyConnection.Session(driver(), false);
                },
                true,
                false);
        connection.close();
        assertFalse(connection.isValid(1));
        assertEquals(0, leases.get());
    }

    @Test
    void aConnectionForWhichNoMemberServesIsNotValidAndSaysSoInTime() throws Exception {
        LazyConnection connection = new LazyConnection(
                (readOnly, allowed) -> {
                    limit.set(allowed);
                    throw new SQLTransientConnectionException("no member accepts writes");
                },
                true,
                false);
        assertFalse(connection.isValid(2));
        assertEquals(TimeUnit.SECONDS.toNanos(2), limit.get());
        assertFalse(connection.isClosed());
    }

    @Test
    void aConnectionWithASessionIsAsValidAsThat() throws Exception {
        LazyConnection connection =
                new LazyConnection((readOnly, allowed) -> new LazyConnection.Session(driver(), false), true, false);
        assertTrue(connection.isValid(0));
        assertThrows(SQLException.class, () -> connection.isValid(-1));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
