package dev.rockpool.examples.bench.cases;

import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import com.netflix.concurrency.limits.limiter.BlockingLimiter;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import com.vladmihalcea.flexypool.FlexyPoolDataSource;
import com.vladmihalcea.flexypool.adaptor.HikariCPPoolAdapter;
import com.vladmihalcea.flexypool.config.FlexyPoolConfiguration;
import com.vladmihalcea.flexypool.strategy.IncrementPoolOnTimeoutConnectionAcquisitionStrategy;
import com.zaxxer.hikari.HikariDataSource;
import dev.rockpool.AutoSize;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.ForkInput;
import dev.rockpool.examples.bench.JdbcCandidates;
import dev.rockpool.examples.bench.Versions;
import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** A pool whose size changes by itself, or one of a fixed size. */
record Sized(OpenPool pool, Supplier<Lender> lenders, IntSupplier sizes) implements AutoCloseable {
    static final int MIN = 2;
    static final int MAX = 40;
    static final int FLEXY_MILLIS = 25;

    private static final int START = 10;
    private static final List<Integer> FIXED = List.of(1, 2, 3, 4, 6, 8, 12, 20, MAX);
    private static final String FIXED_KEY = "fixed-";
    private static final Room ROOM = new Room(MIN, START);

    static List<Candidate> candidates() {
        List<Candidate> all = new ArrayList<>();
        all.add(JdbcCandidates.of(JdbcPeer.ROCKPOOL, "rockpool", ", self-sizing", ROOM, Postgres.UNKNOWN));
        for (int size : FIXED) {
            all.add(JdbcCandidates.of(
                    JdbcPeer.ROCKPOOL, FIXED_KEY + size, ", " + size + " fixed", Room.of(size), Postgres.UNKNOWN));
        }
        all.add(new Candidate(
                "gradient2",
                "gradient2",
                "Rockpool behind Gradient2 " + Versions.of("gradient2"),
                Map.of("initialLimit", "" + START, "minLimit", "" + MIN, "maxConcurrency", "" + MAX)));
        all.add(new Candidate(
                "flexypool",
                "flexypool",
                "HikariCP behind FlexyPool " + Versions.of("flexypool"),
                Map.of("maxOverflowPoolSize", "" + (MAX - START), "timeoutMillis", "" + FLEXY_MILLIS)));
        return all;
    }

    static boolean isFixed(String candidate) {
        return candidate.startsWith(FIXED_KEY);
    }

    static List<String> fixedKeys() {
        return FIXED.stream().map(size -> FIXED_KEY + size).toList();
    }

    static Sized open(ForkInput input) throws Exception {
        String candidate = input.getCandidate();
        if (isFixed(candidate)) {
            int size = Integer.parseInt(candidate.substring(FIXED_KEY.length()));
            OpenPool pool = Postgres.filled(JdbcPeer.ROCKPOOL, input, Room.of(size));
            return new Sized(pool, () -> Lender.pool(pool.dataSource()), () -> size);
        }
        return switch (candidate) {
            case "rockpool" -> selfSizing(input);
            case "gradient2" -> gradient2(input);
            case "flexypool" -> flexyPool(input);
            default -> throw new IllegalArgumentException("no pool is called " + candidate);
        };
    }

    private static Sized selfSizing(ForkInput input) throws Exception {
        OpenPool pool = Postgres.filled(JdbcPeer.ROCKPOOL, input, ROOM);
        AutoSize.Running sizing =
                ((RockpoolDataSource) pool.dataSource()).control().autoSize(AutoSize.between(MIN, MAX));
        return new Sized(pool, () -> Lender.pool(pool.dataSource()), sizing::getSize);
    }

    private static Sized gradient2(ForkInput input) throws Exception {
        Gradient2Limit gradient = Gradient2Limit.newBuilder()
                .initialLimit(START)
                .minLimit(MIN)
                .maxConcurrency(MAX)
                .build();
        Limiter<Void> limiter = BlockingLimiter.wrap(SimpleLimiter.newBuilder()
                .limit(WindowedLimit.newBuilder().build(gradient))
                .build());
        OpenPool pool = Postgres.filled(JdbcPeer.ROCKPOOL, input, Room.of(MAX));
        return new Sized(pool, () -> new Limited(Lender.pool(pool.dataSource()), limiter), gradient::getLimit);
    }

    @SuppressWarnings("unchecked") // its strategies are varargs of a generic type
    private static Sized flexyPool(ForkInput input) throws Exception {
        OpenPool pool =
                JdbcPeer.HIKARICP.open(Target.postgres(input.getUrl(), input.getUser(), input.getPassword()), ROOM);
        HikariDataSource hikari = (HikariDataSource) pool.dataSource();
        var flexy = new FlexyPoolDataSource<>(
                new FlexyPoolConfiguration.Builder<>("bench", hikari, HikariCPPoolAdapter.FACTORY)
                        .setJmxEnabled(false)
                        .build(),
                new IncrementPoolOnTimeoutConnectionAcquisitionStrategy.Factory<>(MAX - START, FLEXY_MILLIS));
        flexy.start();
        return new Sized(pool, () -> Lender.pool(flexy), hikari::getMaximumPoolSize);
    }

    Lender lender() {
        return lenders.get();
    }

    int size() {
        return sizes.getAsInt();
    }

    @Override
    public void close() {
        pool.close();
    }

    /** Takes a permit of a limiter before a connection. */
    private static final class Limited implements Lender {
        private final Lender lender;
        private final Limiter<Void> limiter;
        private Limiter.Listener permit;

        Limited(Lender lender, Limiter<Void> limiter) {
            this.lender = lender;
            this.limiter = limiter;
        }

        @Override
        public Connection take() throws SQLException {
            permit = limiter.acquire(null).orElseThrow(() -> new SQLException("interrupted while waiting"));
            return lender.take();
        }

        @Override
        public void giveBack(Connection connection) throws SQLException {
            lender.giveBack(connection);
            permit.onSuccess();
        }
    }
}
