package dev.rockpool.examples.drill;

import dev.rockpool.examples.Numbers;
import java.io.PrintWriter;
import java.util.List;

/** Prints a result on a terminal. */
final class TextReport {
    private static final String FACT = "  %-20s %12s   %s%n";
    private static final String LATENCY = "  %-20s %9s %9s %9s %9s %9s %9s%n";

    private final PrintWriter out;

    TextReport(PrintWriter out) {
        this.out = out;
    }

    void print(DrillResult result, String title) {
        out.printf("%n%s%s%n%n", title, result.getInterrupted() ? " (interrupted)" : "");
        printCounts(result);
        printLatencies(result);
        printChecks(result.getChecks());
        out.flush();
    }

    private void printCounts(DrillResult result) {
        OperationsResult operations = result.getOperations();
        ConnectionsResult connections = result.getConnections();
        fact("operations", operations.getCount(), Numbers.count(operations.getPerSecond()) + " per second");
        fact("timeouts", operations.getTimeouts(), "no connection within the acquire timeout");
        fact("errors", operations.getErrors(), "");
        operations.getErrorKinds().forEach((kind, count) -> fact("", count, kind));
        fact("connections opened", connections.getOpened(), "at most %d at a time".formatted(connections.getPeak()));
        if (connections.getOpenFailed() > 0) fact("failed to open", connections.getOpenFailed(), "");
        if (connections.getKills() > 0) {
            fact("sessions killed", connections.getKilled(), "in %d kills".formatted(connections.getKills()));
        }
    }

    private void printLatencies(DrillResult result) {
        out.printf("%n" + LATENCY, "milliseconds", "mean", "p50", "p95", "p99", "p99.9", "max");
        for (Phase phase : Phase.values()) {
            LatencyResult latency = result.getLatency().get(phase.key());
            out.printf(
                    LATENCY,
                    phase.key(),
                    Numbers.millis(latency.getMean()),
                    Numbers.millis(latency.getP50()),
                    Numbers.millis(latency.getP95()),
                    Numbers.millis(latency.getP99()),
                    Numbers.millis(latency.getP999()),
                    Numbers.millis(latency.getMax()));
        }
    }

    private void printChecks(List<CheckResult> checks) {
        out.println();
        for (CheckResult check : checks) {
            out.printf("  %s  %s: %s%n", check.getPassed() ? "PASS" : "FAIL", check.getName(), check.getDetail());
        }
        out.println();
    }

    private void fact(String name, long count, String remark) {
        out.print(FACT.formatted(name, Numbers.count(count), remark).stripTrailing() + System.lineSeparator());
    }
}
