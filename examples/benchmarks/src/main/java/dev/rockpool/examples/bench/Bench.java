package dev.rockpool.examples.bench;

import dev.rockpool.examples.Build;
import dev.rockpool.examples.ProgramFailure;
import dev.rockpool.testing.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.openjdk.jmh.infra.Blackhole;

/** Runs the cases of a plan one after another. If one cannot be measured, that is recorded and the run continues. */
final class Bench {
    private static final int SESSIONS = 300;

    private final Plan plan;
    private final Effort effort;
    private final Pace pace;
    private final BenchProgress progress;
    private final Consumer<BenchResult> afterCase;
    private final String startedAt =
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    private final long startedNanos = System.nanoTime();
    private final MachineResult machine = MachineResult.here();
    private final List<CaseResult> done = new ArrayList<>();
    private long workTokens;
    private EmbeddedDatabase database;

    /**
     * @param afterCase receives the results so far after each case, so that nothing is lost if the next one is
     *   interrupted
     */
    Bench(Plan plan, Effort effort, BenchProgress progress, Consumer<BenchResult> afterCase) {
        this.plan = plan;
        this.effort = effort;
        this.pace = new Pace(plan, effort, this::seconds);
        this.progress = progress;
        this.afterCase = afterCase;
    }

    BenchResult run() {
        progress.begin(plan.seconds(effort), Math.min(plan.seconds(effort), effort.limitSeconds()), effort);
        workTokens = Work.calibrate(Blackhole::consumeCPU);
        try {
            for (BenchCase each : plan.cases()) {
                done.add(measure(each, pace.next()));
                afterCase.accept(result());
            }
            return result();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProgramFailure("interrupted", e);
        } finally {
            if (database != null) database.close();
            progress.end();
        }
    }

    private BenchResult result() {
        return new BenchResult(
                Build.version(),
                startedAt,
                seconds(),
                effort.quick(),
                pace.least().toString(),
                plan.leftOut(),
                machine.atEnd(),
                List.copyOf(done));
    }

    private double seconds() {
        return (System.nanoTime() - startedNanos) / 1e9;
    }

    private CaseResult measure(BenchCase benchCase, Effort granted) throws InterruptedException {
        String obstacle = benchCase.obstacle();
        progress.beginCase(benchCase, obstacle);
        if (obstacle != null) return Summaries.summary(benchCase, obstacle, Map.of());
        if (benchCase.needsServer() && database == null) database = startServer();
        Map<Candidate, List<ForkResult>> forks = new LinkedHashMap<>();
        plan.candidates(benchCase).forEach(candidate -> forks.put(candidate, new ArrayList<>()));
        for (List<Plan.Turn> turns : plan.groups(benchCase, effort)) {
            if (turns.size() > 1) together(turns, granted, forks);
            else add(turns.get(0), 1, forks, measure(turns.get(0), granted, forks));
        }
        return Summaries.summary(benchCase, null, forks);
    }

    private void together(List<Plan.Turn> turns, Effort granted, Map<Candidate, List<ForkResult>> forks) {
        List<CompletableFuture<ForkResult>> running = turns.stream()
                .map(turn -> CompletableFuture.supplyAsync(
                        () -> measureUninterrupted(turn, granted, forks), work -> new Thread(work).start()))
                .toList();
        for (int i = 0; i < turns.size(); i++)
            add(turns.get(i), turns.size(), forks, running.get(i).join());
    }

    private void add(Plan.Turn turn, int together, Map<Candidate, List<ForkResult>> forks, ForkResult result) {
        forks.get(turn.candidate()).add(result);
        progress.fork(turn, together, result);
    }

    private ForkResult measureUninterrupted(Plan.Turn turn, Effort granted, Map<Candidate, List<ForkResult>> forks) {
        try {
            return measure(turn, granted, forks);
        } catch (InterruptedException e) {
            throw new ProgramFailure("interrupted", e);
        }
    }

    /** A candidate that hung once is not retried, because it would hang again. */
    private ForkResult measure(Plan.Turn turn, Effort granted, Map<Candidate, List<ForkResult>> forks)
            throws InterruptedException {
        for (ForkResult earlier : forks.get(turn.candidate())) {
            if (earlier.getHung()) return new ForkResult(turn.round(), null, earlier.getFailure(), true);
        }
        try {
            ForkOutput output = turn.benchCase().fork(input(turn, granted), this::restartServer);
            return new ForkResult(turn.round(), output.getSamples(), output.getFailure(), false);
        } catch (ForkFailure e) {
            return new ForkResult(turn.round(), null, e.getMessage(), e.hung());
        }
    }

    private ForkInput input(Plan.Turn turn, Effort granted) {
        return new ForkInput(
                turn.benchCase().key(),
                turn.candidate().key(),
                granted.quick(),
                granted.forks(),
                granted.compilingSeconds(),
                workTokens,
                database == null ? null : database.url(),
                database == null ? null : database.user(),
                database == null ? null : database.password());
    }

    private EmbeddedDatabase startServer() {
        progress.say("starting a PostgreSQL ...");
        try {
            EmbeddedDatabase started =
                    EmbeddedDatabase.builder().maxConnections(SESSIONS).create();
            // Forces the initial writes of the new server, so that they do not slow down the first candidate.
            try (Connection connection = started.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("checkpoint");
            }
            return started;
        } catch (RuntimeException | SQLException e) {
            throw new ProgramFailure("the embedded PostgreSQL did not start: " + e.getMessage(), e);
        }
    }

    private void restartServer() {
        database.restart(EmbeddedDatabase.Shutdown.FAST);
    }
}
