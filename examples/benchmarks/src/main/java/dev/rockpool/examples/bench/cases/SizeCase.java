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
import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Pools from ten connections to a thousand. */
public final class SizeCase extends ProcessCase {
    private static final int THREADS = 2;
    private static final List<Integer> SIZES = List.of(10, 100, 1_000);
    private static final List<Metric> NANOS = SIZES.stream()
            .map(size -> Metric.less("nanos-" + size, String.format(Locale.ROOT, "ns per cycle, size %,d", size)))
            .toList();
    private static final Metric BYTES = Metric.less("bytes", "bytes per idle slot");

    private static final int LARGEST = 1_000;

    public SizeCase() {
        super(new About(
                "size",
                "Scale, size",
                "getConnection, close; 2 threads on 10, 100 and 1,000 connections of a driver that does nothing; then, memory",
                "Two threads use two connections of a thousand. The memory is that of the pool without the driver's connection, "
                        + "which takes most of it with a real driver (plus a server process)."));
    }

    @Override
    public List<Metric> metrics() {
        return Stream.concat(NANOS.stream(), Stream.of(BYTES)).toList();
    }

    @Override
    public List<Candidate> candidates() {
        return JdbcCandidates.all(Room.of(LARGEST), Target.NOTHING);
    }

    @Override
    public List<Goal> goals() {
        return List.of(Goal.flat("ns per cycle, size 10 to 1,000", NANOS, 1.5));
    }

    @Override
    public double seconds(Effort effort) {
        return effort.secondsOfLevels(SIZES.size());
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        JdbcPeer peer = Idle.peer(input.getCandidate());
        Samples samples = new Samples();
        double driver = bytesOfTheDriver();
        for (int i = 0; i < SIZES.size(); i++) {
            int size = SIZES.get(i);
            double before = ProcessUsage.heapBytes();
            try (OpenPool pool = Idle.filled(peer, Target.NOTHING, Room.of(size))) {
                Crowd crowd = Crowd.run(
                        THREADS,
                        Thread::new,
                        () -> Lender.pool(pool.dataSource()),
                        connection -> {},
                        false,
                        input.effort().level(i == 0));
                for (double rate : crowd.rates()) samples.add(NANOS.get(i).key(), THREADS * 1e9 / rate);
                if (size == LARGEST) samples.add(BYTES.key(), (ProcessUsage.heapBytes() - before) / size - driver);
            } catch (IllegalStateException e) {
                // HikariCP 7.1.0 opens about 30 connections per second.
                return samples.incomplete(e.getMessage());
            }
        }
        return samples;
    }

    /** The memory of the driver's connection without a pool. */
    private static double bytesOfTheDriver() throws Exception {
        Connection[] bare = new Connection[LARGEST];
        double before = ProcessUsage.heapBytes();
        for (int i = 0; i < LARGEST; i++) bare[i] = DriverManager.getConnection(Target.NOTHING.url());
        double bytes = (ProcessUsage.heapBytes() - before) / LARGEST;
        for (Connection connection : bare) connection.close();
        return bytes;
    }
}
