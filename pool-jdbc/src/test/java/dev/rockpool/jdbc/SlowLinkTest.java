package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.testing.FaultProxy;
import dev.rockpool.testing.FaultProxy.Direction;
import dev.rockpool.testing.FaultProxy.Links;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A slow link is not a lost one. While bytes pass, or the caller does something other than wait for them, no connection
 * is cut off for silence. With the same settings, a connection that the network has lost is cut off.
 */
@Timeout(60)
class SlowLinkTest {
    private static final int SLOW = 30_000;
    private static final int ANSWER = 36_000;

    /** In milliseconds. The pool asks several times before it decides, with a second between two questions. */
    private static final long A_QUESTION = 500;

    private final URI server = URI.create(Postgres.INSTANCE.getUrl().substring("jdbc:".length()));
    private final FaultProxy proxy = FaultProxy.to("localhost", server.getPort());
    private final String url = "jdbc:postgresql://localhost:" + proxy.port() + "/postgres";

    @BeforeEach
    void makeTable() throws SQLException {
        onServer("drop table if exists uploads");
        onServer("create table uploads (name text, content bytea)");
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void aLargeAnswerOverASlowLinkArrives() throws Exception {
        try (var pool = pool(it -> it.url(url).username(Postgres.USER))) {
            answerArrives(pool);
        }
    }

    @Test
    void aLargeAnswerArrivesAlsoWhenThePoolCannotSeeTheSocket() throws Exception {
        try (var pool = pool(it ->
                it.url(url + "?socketFactory=" + OwnSockets.class.getName()).username(Postgres.USER))) {
            answerArrives(pool);
        }
    }

    @Test
    void aLargeAnswerArrivesThroughADataSource() throws Exception {
        try (var pool = pool(it -> it.dataSource(dataSource()))) {
            answerArrives(pool);
        }
    }

    @Test
    void anUploadFromASlowStreamEnds() throws Exception {
        try (var pool = pool(it -> it.url(url).username(Postgres.USER));
                var connection = pool.getConnection();
                var insert = prepared(connection)) {
            keepWitness(pool);
            insert.setString(1, "slow stream");
            insert.setBinaryStream(2, slowly(1_000, () -> awaitQuestions(2)), 1_000);
            assertEquals(1, insert.executeUpdate());
        }
    }

    @Test
    void anUploadOverASlowLinkEnds() throws Exception {
        try (var pool = pool(it -> it.url(url).username(Postgres.USER));
                var connection = pool.getConnection();
                var insert = prepared(connection)) {
            proxy.bandwidth(SLOW, Links.EXISTING);
            keepWitness(pool);
            insert.setString(1, "slow link");
            insert.setBytes(2, new byte[ANSWER]);
            assertEquals(1, insert.executeUpdate());
        }
    }

    /** More than the buffers of both ends hold, so that the thread stays in a write. */
    @Test
    void anUploadStuckInAWriteContinuesWhenTheLinkRecovers() throws Exception {
        try (var pool = pool(it -> it.url(url).username(Postgres.USER));
                var connection = pool.getConnection();
                var insert = prepared(connection)) {
            insert.setString(1, "stuck");
            insert.setBytes(2, new byte[40_000_000]);
            proxy.blackHole(Links.EXISTING, Direction.TO_SERVER);
            keepWitness(pool);
            var upload = CompletableFuture.supplyAsync(() -> executed(insert));
            awaitQuestions(2);
            proxy.heal();
            assertEquals(1, upload.get());
        }
    }

    @Test
    void aCallThatTheNetworkHasLostIsCutOff() throws Exception {
        try (var pool = pool(it -> it.url(url).username(Postgres.USER))) {
            isCutOff(pool);
        }
    }

    @Test
    void aCallOfADataSourceIsCutOffToo() throws Exception {
        try (var pool = pool(it -> it.dataSource(dataSource()))) {
            isCutOff(pool);
        }
    }

    @Test
    void aCallWhoseSessionIsGoneIsCutOffAlsoWhenThePoolCannotSeeTheSocket() throws Exception {
        try (var pool = pool(it ->
                it.url(url + "?socketFactory=" + OwnSockets.class.getName()).username(Postgres.USER))) {
            var connection = pool.getConnection();
            int session = Integer.parseInt(ask(connection, "select pg_backend_pid()"));
            proxy.blackHole(Links.EXISTING);
            keepWitness(pool);
            var call = CompletableFuture.supplyAsync(() -> outcome(connection));
            awaitQuestions(2);
            assertTrue(!call.isDone(), "it was cut off while its session was there");
            onServer("select pg_terminate_backend(" + session + ")");
            assertThrows(ExecutionException.class, call::get);
            connection.close();
        }
    }

    private static RockpoolDataSource pool(Consumer<JdbcBuilder<RockpoolDataSource>> settings) {
        var builder = RockpoolDataSource.builder()
                .name("slow link")
                .maxSize(2)
                .minIdle(0)
                .statsInterval(Duration.ofMillis(20))
                .stuckCallTimeout(Duration.ofMillis(300));
        settings.accept(builder);
        return builder.build();
    }

    private PGSimpleDataSource dataSource() {
        var source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser(Postgres.USER);
        return source;
    }

    private void answerArrives(RockpoolDataSource pool) throws SQLException {
        try (var connection = pool.getConnection()) {
            proxy.bandwidth(SLOW, Links.EXISTING);
            keepWitness(pool);
            assertEquals(
                    ANSWER,
                    ask(connection, "select repeat('x', " + ANSWER + ")").length());
        }
    }

    private void isCutOff(RockpoolDataSource pool) throws SQLException {
        try (var connection = pool.getConnection()) {
            proxy.blackHole(Links.EXISTING);
            keepWitness(pool);
            assertThrows(SQLException.class, () -> ask(connection, "select 1"));
        }
    }

    /** A second connection, which the fault does not affect. */
    private static void keepWitness(RockpoolDataSource pool) throws SQLException {
        pool.getConnection().close();
    }

    /** A named statement, so that nothing of it reaches the server before its values do. */
    private static PreparedStatement prepared(Connection connection) throws SQLException {
        var insert = connection.prepareStatement("insert into uploads values (?, ?)");
        for (int i = 0; i < 8; i++) {
            insert.setString(1, "first");
            insert.setBinaryStream(2, new ByteArrayInputStream(new byte[1]), 1);
            insert.executeUpdate();
        }
        return insert;
    }

    private static int executed(PreparedStatement statement) {
        try {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String outcome(Connection connection) {
        try {
            return ask(connection, "select 1");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void onServer(String sql) throws SQLException {
        try (var connection = Postgres.INSTANCE.direct();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Waits until the pool has asked the server this many times, from now on, about calls that seem silent. */
    private static void awaitQuestions(int count) {
        String last = "select coalesce(round(extract(epoch from max(query_start)) * 1000), 0)::bigint "
                + "from pg_stat_activity where query like '%make\\_interval(%' and pid <> pg_backend_pid()";
        try (var connection = Postgres.INSTANCE.direct()) {
            long before = Long.parseLong(ask(connection, last));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            for (int seen = 0; seen < count; ) {
                long now = Long.parseLong(ask(connection, last));
                if (now > before + A_QUESTION) {
                    seen++;
                    before = now;
                }
                if (System.nanoTime() > deadline) throw new IllegalStateException("the pool does not ask");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A stream that provides its bytes only after this wait. */
    private static InputStream slowly(int size, Runnable wait) {
        return new InputStream() {
            private int left = size;

            @Override
            public int read() {
                if (left == size) wait.run();
                return left-- > 0 ? 1 : -1;
            }
        };
    }

    /** The user's own socket factory. */
    public static final class OwnSockets extends javax.net.SocketFactory {
        private final SocketFactory plain = SocketFactory.getDefault();

        @Override
        public java.net.Socket createSocket() throws java.io.IOException {
            return plain.createSocket();
        }

        @Override
        public java.net.Socket createSocket(String host, int port) throws java.io.IOException {
            return plain.createSocket(host, port);
        }

        @Override
        public java.net.Socket createSocket(String host, int port, java.net.InetAddress from, int fromPort)
                throws java.io.IOException {
            return plain.createSocket(host, port, from, fromPort);
        }

        @Override
        public java.net.Socket createSocket(java.net.InetAddress host, int port) throws java.io.IOException {
            return plain.createSocket(host, port);
        }

        @Override
        public java.net.Socket createSocket(
                java.net.InetAddress host, int port, java.net.InetAddress from, int fromPort)
                throws java.io.IOException {
            return plain.createSocket(host, port, from, fromPort);
        }
    }
}
