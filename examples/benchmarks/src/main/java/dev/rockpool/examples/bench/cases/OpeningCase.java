package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.Effort;
import dev.rockpool.examples.bench.ForkInput;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.JdbcCandidates;
import dev.rockpool.examples.bench.Metric;
import dev.rockpool.examples.bench.ProcessCase;
import dev.rockpool.examples.bench.Samples;
import dev.rockpool.examples.bench.ServerLink;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A pool that fills itself with very many connections. */
public final class OpeningCase extends ProcessCase {
    private static final int CONNECTIONS = 1_000;
    private static final Room ROOM = Room.of(CONNECTIONS);
    private static final Target TARGET = new Target("jdbc:h2:mem:opening", "org.h2.Driver", "sa", "");
    private static final int LIMIT_SECONDS = 10;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MICROS_PER_MILLI = 1e3;
    private static final Metric MILLIS = Metric.less("millis", "ms until all are open");
    private static final Metric CPU = Metric.less("cpu", "ms of CPU until then");

    public OpeningCase() {
        super(new About(
                "opening",
                "Opening",
                "A new JVM opens 1,000 connections of an H2 database in memory",
                "Some pools open them all on the thread that creates the pool, others on threads of their own. Over a network "
                        + "the connects take most of the time, and those that run at once decide."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(MILLIS, CPU);
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(ROOM, TARGET);
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.over("hikaricp", MILLIS, 1));
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public double seconds(Effort effort) {
        return effort.seconds(0) + LIMIT_SECONDS;
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        Samples samples = new Samples();
        try (Connection observer = DriverManager.getConnection(TARGET.url(), TARGET.user(), TARGET.password());
                PreparedStatement sessions =
                        observer.prepareStatement("select count(*) - 1 from information_schema.sessions")) {
            double cpuBefore = ProcessUsage.cpuMicros();
            long start = System.nanoTime();
            OpenPool pool = Idle.peer(input.getCandidate()).open(TARGET, ROOM);
            try (pool) {
                int open = awaitOpen(sessions, start + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS));
                if (open < CONNECTIONS) {
                    return samples.incomplete("after %d s only %d of %d connections were open"
                            .formatted(LIMIT_SECONDS, open, CONNECTIONS));
                }
                return samples.add(MILLIS.key(), (System.nanoTime() - start) / NANOS_PER_MILLI)
                        .add(CPU.key(), (ProcessUsage.cpuMicros() - cpuBefore) / MICROS_PER_MILLI);
            }
        }
    }

    /** Waits until all connections are open, or until the deadline. Returns how many are. */
    private static int awaitOpen(PreparedStatement sessions, long deadline) throws SQLException, InterruptedException {
        while (true) {
            int open = count(sessions);
            if (open >= CONNECTIONS || System.nanoTime() > deadline) return open;
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private static int count(PreparedStatement sessions) throws SQLException {
        try (ResultSet row = sessions.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }
}
