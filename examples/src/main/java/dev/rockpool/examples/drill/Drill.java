package dev.rockpool.examples.drill;

import dev.rockpool.examples.Build;
import dev.rockpool.examples.ProgramFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** One drill: prepares a server, opens a pool, runs the load, drains the pool, and checks the results. */
final class Drill {
    private static final String OWN_NAME = "rockpool-drill";
    private static final Duration SAMPLE_INTERVAL = Duration.ofMillis(250);

    /** Enough points for a plot. Longer drills are sampled less often. */
    private static final int MOST_SAMPLES = 400;

    /** How long an operation may take beyond its wait before its caller counts as stuck. */
    private static final Duration OPERATION_LIMIT = Duration.ofSeconds(10);

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Settings settings;
    private final StopSignal stop;
    private final Progress progress;
    private final Workload workload;
    private final Meter meter;
    private final String poolSessions =
            OWN_NAME + "-pool-" + ProcessHandle.current().pid();

    Drill(Settings settings, StopSignal stop, Progress progress) {
        this.settings = settings;
        this.stop = stop;
        this.progress = progress;
        this.workload = settings.workload().create();
        this.meter = new Meter(settings.callers());
    }

    /** Runs the drill to its end or until the stop signal, and removes what it created. */
    DrillResult run() {
        progress.say(settings.url() == null ? "starting an embedded PostgreSQL ..." : "connecting ...");
        try (Database database = Database.open(settings)) {
            String server = prepare(database);
            DrillResult result = drive(database, server);
            cleanUp(database);
            return result;
        }
    }

    private String prepare(Database database) {
        try (Connection own = database.connect(OWN_NAME)) {
            workload.prepare(own);
            return database.describe(own);
        } catch (SQLException e) {
            throw new ProgramFailure("cannot use the database: " + e.getMessage(), e);
        }
    }

    private DrillResult drive(Database database, String server) {
        Instant startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Events events = new Events();
        try (ServerWatch watch = watch(database, events)) {
            Callers callers = DrillPool.open(settings, database.address(poolSessions), workload, meter, progress::say);
            Sampler sampler = new Sampler(meter, callers, watch, events);
            watch.start();
            callers.start();
            load(sampler, events);
            int stuck = callers.stop(settings.acquireTimeout().plus(OPERATION_LIMIT));
            sampler.finish();
            double seconds = events.now();
            Occupancy drained = callers.occupancy();
            watch.stop();
            callers.close(GRACE);
            Integer left = watch.awaitNone(GRACE);
            Findings findings = new Findings(
                    settings.callers(),
                    stuck,
                    meter.total(Phase.TOTAL).getTotalCount(),
                    settings.poolSize(),
                    sampler.peakInPool(),
                    watch.peak(),
                    watch.looks(),
                    watch.failure(),
                    drained,
                    callers.occupancy(),
                    left,
                    verify(database));
            return result(findings, server, startedAt, seconds, sampler.samples(), watch, events);
        }
    }

    private ServerWatch watch(Database database, Events events) {
        try {
            return new ServerWatch(
                    database.connect(ServerWatch.NAME),
                    poolSessions,
                    settings.poolSize(),
                    settings.killEvery(),
                    events);
        } catch (SQLException e) {
            throw new ProgramFailure("cannot watch the database: " + e.getMessage(), e);
        }
    }

    private void load(Sampler sampler, Events events) {
        Duration interval = settings.duration().dividedBy(MOST_SAMPLES);
        if (interval.compareTo(SAMPLE_INTERVAL) < 0) interval = SAMPLE_INTERVAL;
        try (Progress.Bar bar = progress.bar(settings.duration())) {
            // To open the pool, and a page that shows it, does not shorten the load.
            double end = events.now() + settings.duration().toMillis() / 1e3;
            while (events.now() < end) {
                Duration left = Duration.ofMillis(Math.max(1, Math.round((end - events.now()) * 1e3)));
                // The last interval may be up to 50 percent longer, but never too short for a meaningful rate.
                boolean last = left.toMillis() * 2 < interval.toMillis() * 3;
                if (stop.await(last ? left : interval)) {
                    events.add("interrupt", "stopped early");
                    return;
                }
                bar.show(sampler.take());
            }
        }
    }

    private Check verify(Database database) {
        try (Connection own = database.connect(OWN_NAME)) {
            return workload.verify(own);
        } catch (SQLException e) {
            return new Check("the workload can be verified", false, e.getMessage());
        }
    }

    private void cleanUp(Database database) {
        if (database.isEmbedded()) return;
        try (Connection own = database.connect(OWN_NAME)) {
            workload.cleanUp(own);
        } catch (SQLException e) {
            progress.say("cannot remove what the drill created: " + e.getMessage());
        }
    }

    private DrillResult result(
            Findings findings,
            String server,
            Instant startedAt,
            double seconds,
            List<Sample> samples,
            ServerWatch watch,
            Events events) {
        List<Check> checks = findings.checks();
        Occupancy closed = findings.closed();
        return new DrillResult(
                Build.version(),
                startedAt.toString(),
                seconds,
                stop.isGiven(),
                checks.stream().allMatch(Check::passed),
                checks.stream()
                        .map(check -> new CheckResult(check.name(), check.passed(), check.detail()))
                        .toList(),
                settings.result(),
                EnvironmentResult.here(server),
                new OperationsResult(
                        findings.operations(),
                        findings.operations() / seconds,
                        meter.timeouts(),
                        meter.errors(),
                        meter.errorKinds()),
                Latencies.results(meter),
                new ConnectionsResult(
                        settings.poolSize(),
                        findings.peakOnServer(),
                        closed.opened(),
                        closed.openFailed(),
                        closed.closed(),
                        watch.kills(),
                        watch.killed()),
                samples,
                events.all());
    }
}
