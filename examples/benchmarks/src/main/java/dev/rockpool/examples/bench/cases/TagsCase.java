package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.ForkInput;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.JdbcCandidates;
import dev.rockpool.examples.bench.Metric;
import dev.rockpool.examples.bench.ProcessCase;
import dev.rockpool.examples.bench.Samples;
import dev.rockpool.examples.bench.ServerLink;
import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Room;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Many tenants on few connections, each with a schema. */
public final class TagsCase extends ProcessCase {
    private static final int TENANTS = 50;
    private static final int THREADS = 4;
    private static final Room ROOM = Room.of(10);
    private static final Metric RATE = Metric.more("rate", "calls per second");
    private static final Metric STATEMENTS = Metric.less("statements", "statements per lease");
    private static final String REMARK = ", `SET search_path` at every borrow";

    public TagsCase() {
        super(
                new About(
                        "tags",
                        "PostgreSQL, tenants",
                        TENANTS + " tenants (Zipf) with a schema each, " + ROOM.max() + " connections, " + THREADS
                                + " threads; each call borrows, selects a row of its tenant, and returns",
                        "Some connections are always idle here. If all are busy, the next caller gets whichever comes free, and a match is rare."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(RATE, STATEMENTS);
    }

    @Override
    public List<Candidate> candidates() {
        Map<String, String> settings = Map.of("maxSize", "10", "preparer", "JdbcPreparers.searchPath()");
        List<Candidate> all = new ArrayList<>();
        all.add(new Candidate(
                "rockpool",
                "rockpool",
                JdbcCandidates.of(JdbcPeer.ROCKPOOL, ROOM, Postgres.UNKNOWN).title() + ", tags",
                settings));
        for (JdbcPeer peer : List.of(JdbcPeer.ROCKPOOL, JdbcPeer.HIKARICP)) {
            all.add(JdbcCandidates.of(peer, peer.key() + "-set", REMARK, ROOM, Postgres.UNKNOWN));
        }
        return all;
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.over("hikaricp-set", RATE, 1));
    }

    @Override
    public boolean needsServer() {
        return true;
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        createSchemas(input);
        if (input.getCandidate().equals("rockpool")) return measureTags(input);
        JdbcPeer peer = Idle.peer(input.getCandidate().replace("-set", ""));
        try (OpenPool pool = Postgres.filled(peer, input, ROOM)) {
            Crowd crowd = run(input, () -> new SettingLender(pool.dataSource(), new Zipf(TENANTS)));
            // Rockpool also restores the path on return; HikariCP leaves it to the next caller.
            double statements = peer == JdbcPeer.ROCKPOOL ? 3 : 2;
            return new Samples().addAll(RATE.key(), crowd.rates()).add(STATEMENTS.key(), statements);
        }
    }

    private static Samples measureTags(ForkInput input) throws Exception {
        AtomicLong prepared = new AtomicLong();
        try (TaggedPool pool = TaggedPool.open(input, ROOM, prepared)) {
            Crowd crowd = run(input, () -> new TaggedLender(pool.dataSource(), new Zipf(TENANTS)));
            double perLease = 1 + (double) prepared.get() / crowd.cycles();
            return new Samples().addAll(RATE.key(), crowd.rates()).add(STATEMENTS.key(), perLease);
        }
    }

    private static Crowd run(ForkInput input, Supplier<Lender> lender) throws InterruptedException {
        return Crowd.run(
                THREADS,
                Thread::new,
                lender,
                TagsCase::select,
                false,
                input.effort().untilCompiled());
    }

    private static void select(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select v from tagged")) {
            rows.next();
        }
    }

    static String schema(int tenant) {
        return "tenant_" + tenant;
    }

    private static void createSchemas(ForkInput input) throws SQLException {
        try (Connection connection = Postgres.connect(input);
                Statement statement = connection.createStatement()) {
            for (int tenant = 0; tenant < TENANTS; tenant++) {
                statement.execute("create schema if not exists " + schema(tenant));
                statement.execute(
                        "create table if not exists " + schema(tenant) + ".tagged as select " + tenant + " as v");
            }
        }
    }
}
