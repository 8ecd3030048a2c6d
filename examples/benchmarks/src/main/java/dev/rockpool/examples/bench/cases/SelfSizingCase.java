package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.About;
import dev.rockpool.examples.bench.Candidate;
import dev.rockpool.examples.bench.Effort;
import dev.rockpool.examples.bench.ForkInput;
import dev.rockpool.examples.bench.Goal;
import dev.rockpool.examples.bench.Metric;
import dev.rockpool.examples.bench.ProcessCase;
import dev.rockpool.examples.bench.Samples;
import dev.rockpool.examples.bench.ServerLink;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Pools that find their own size, beside fixed sizes, on a server that computes and on one that waits. */
public final class SelfSizingCase extends ProcessCase {
    private static final int THREADS = 64;

    /** Until a pool has found its size. A fixed size only has to warm up. */
    private static final double SETTLING_SECONDS = 45;

    private static final double FIXED_SECONDS = 4;
    private static final int WINDOWS = 5;
    private static final double WINDOW_SECONDS = 2;

    private enum Load {
        /** About a millisecond of a core of the server. */
        COMPUTING("computing", "select count(*) from generate_series(1, 5000)"),
        /** The server waits, as for a disk or a lock. */
        WAITING("waiting", "select pg_sleep(0.01)");

        final String sql;
        final Metric rate;
        final Metric size;

        Load(String key, String sql) {
            this.sql = sql;
            this.rate = Metric.more("rate-" + key, "calls per second, server " + key);
            this.size = Metric.less("size-" + key, "connections then");
        }
    }

    public SelfSizingCase() {
        super(new About(
                "self-sizing",
                "Self-sizing",
                "64 threads call a PostgreSQL whose best pool size is not known, after 45 s to find it: `"
                        + Load.COMPUTING.sql + "`, then `" + Load.WAITING.sql + "`",
                "The self-sizing ones start at 10 and may have " + Sized.MIN + " to " + Sized.MAX
                        + ". The best fixed size is the best row of the table. Client and server share the cores. Gradient2 limits the callers of a pool of "
                        + Sized.MAX + ". FlexyPool lets HikariCP grow when a caller has waited for "
                        + Sized.FLEXY_MILLIS + " ms, and never shrink."));
    }

    @Override
    public List<Metric> metrics() {
        return Arrays.stream(Load.values())
                .flatMap(load -> Stream.of(load.rate, load.size))
                .toList();
    }

    @Override
    public List<Candidate> candidates() {
        return Sized.candidates();
    }

    @Override
    public List<Goal> goals() {
        return Sized.fixedKeys().stream()
                .flatMap(fixed -> Arrays.stream(Load.values()).map(load -> Goal.over(fixed, load.rate, 0.97)))
                .toList();
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public boolean needsServer() {
        return true;
    }

    @Override
    public double seconds(Effort effort) {
        return effort.seconds(0) + Load.values().length * (SETTLING_SECONDS + WINDOWS * WINDOW_SECONDS);
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        Samples samples = new Samples();
        double settling = Sized.isFixed(input.getCandidate()) ? FIXED_SECONDS : SETTLING_SECONDS;
        Effort effort = new Effort(false, 1, settling, settling, settling, WINDOWS, WINDOW_SECONDS, 1);
        for (Load load : Load.values()) {
            try (Sized sized = Sized.open(input)) {
                Crowd crowd = Crowd.run(THREADS, Thread::new, sized::lender, Hold.running(load.sql), false, effort);
                samples.addAll(load.rate.key(), crowd.rates());
                samples.add(load.size.key(), sized.size());
            }
        }
        return samples;
    }
}
