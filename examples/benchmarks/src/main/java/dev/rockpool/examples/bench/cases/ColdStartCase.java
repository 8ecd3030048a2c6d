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
import dev.rockpool.examples.bench.peer.Room;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** From the start of a JVM to its first row: what a command line tool or a function pays each time. */
public final class ColdStartCase extends ProcessCase {
    static final Room ROOM = Room.of(2);

    private static final int STARTS_QUICK = 3;
    private static final int STARTS = 10;
    private static final double START_SECONDS = 1.5;
    private static final Metric MILLIS = Metric.less("millis", "ms to the first row");
    private static final Metric CLASSES = Metric.less("classes", "classes loaded");

    public ColdStartCase() {
        super(new About(
                "cold-start",
                "Cold start",
                "A new JVM opens a pool of 2 connections to PostgreSQL and reads one row; for comparison without a pool",
                "The time begins when the JVM does, and includes the driver. It says nothing of a service that runs for hours. Class data "
                        + "sharing of an application (AppCDS) makes all of them faster."));
    }

    @Override
    public List<Metric> metrics() {
        return List.of(MILLIS, CLASSES);
    }

    @Override
    public List<Candidate> candidates() {
        List<Candidate> all = new ArrayList<>(JdbcCandidates.all(ROOM, Postgres.UNKNOWN));
        all.add(JdbcCandidates.dedicated());
        return all;
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
    public boolean needsServer() {
        return true;
    }

    @Override
    public double seconds(Effort effort) {
        return effort.seconds(0) + starts(effort) * START_SECONDS;
    }

    @Override
    public Samples measure(ForkInput input, ServerLink server) throws Exception {
        Samples samples = new Samples();
        for (int i = 0; i < starts(input.effort()); i++) {
            String[] figures = start(input).split(" ");
            samples.add(MILLIS.key(), Double.parseDouble(figures[0]));
            samples.add(CLASSES.key(), Double.parseDouble(figures[1]));
        }
        return samples;
    }

    private static int starts(Effort effort) {
        return effort.quick() ? STARTS_QUICK : STARTS;
    }

    /** What {@link ColdStart} prints. The login goes by its environment. */
    private static String start(ForkInput input) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ColdStart.class.getName(),
                input.getCandidate());
        builder.environment().put(ColdStart.URL, input.getUrl());
        builder.environment().put(ColdStart.USER, input.getUser());
        builder.environment().put(ColdStart.PASSWORD, input.getPassword());
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader out = process.inputReader()) {
            String line = out.readLine();
            if (process.waitFor() != 0 || line == null) throw new IOException("a JVM ended without a row");
            return line;
        } finally {
            process.destroyForcibly();
        }
    }
}
