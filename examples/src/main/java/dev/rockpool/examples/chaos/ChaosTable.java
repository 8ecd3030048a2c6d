package dev.rockpool.examples.chaos;

import dev.rockpool.testing.chaos.ChaosResult;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Prints a report on a terminal. */
final class ChaosTable {
    private static final String ROW = "  %-40s %6s %9s %8s %9s %9s %8s  %s%n";

    private final PrintWriter out;

    ChaosTable(PrintWriter out) {
        this.out = out;
    }

    void print(ChaosReport report) {
        out.printf("%nRockpool chaos: %s%n%n", report.getTitle());
        if (!report.getResults().isEmpty()) {
            out.printf(ROW, "", "rounds", "transfers", "failures", "recovery", "slowest", "sessions", "");
            for (ChaosResult result : report.getResults()) print(result);
            out.println();
        }
        if (!report.getClusterResults().isEmpty()) {
            out.printf(ROW, "of a cluster", "rounds", "transfers", "failures", "recovery", "unknown", "reads", "");
            for (ClusterResult result : report.getClusterResults()) print(result);
            out.println();
        }
        for (ChaosResult result : report.getResults()) printBroken(result.getBroken());
        for (ClusterResult result : report.getClusterResults()) printBroken(result.getBroken());
        out.printf("  recovery: median milliseconds from when the server accepts to the first success of a caller%n");
        out.printf("  failures: leases that were active when their session died, unless listed as broken%n");
        if (!report.getResults().isEmpty()) out.printf("  sessions: the most at a time, counted by the server%n");
        if (!report.getClusterResults().isEmpty())
            out.printf("  unknown: failures during the commit; such a transfer may be done, and counts as neither%n");
        out.printf("%n  seed: %d%n", report.getSeed());
    }

    private void printBroken(List<String> broken) {
        broken.forEach(line -> out.println("  BROKEN  " + line));
    }

    private void print(ClusterResult result) {
        out.printf(
                ROW,
                result.getTitle(),
                result.getRounds(),
                "%,d".formatted(result.getTransfers()),
                result.getFailures(),
                millis(result.getMedian()),
                result.getUnknown(),
                "%,d".formatted(result.getReads()),
                result.getPassed() ? "kept" : "BROKEN");
    }

    private void print(ChaosResult result) {
        boolean always = result.getRecoveries().stream().allMatch(Objects::nonNull);
        double slowest = result.getRecoveries().stream()
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        out.printf(
                ROW,
                result.getTitle(),
                result.getRounds(),
                "%,d".formatted(result.getTransfers()),
                result.getFailures(),
                millis(result.getMedian()),
                always ? millis(slowest) : "never",
                result.getPeakSessions() + "/" + result.getLimit(),
                result.getPassed() ? "kept" : "BROKEN");
    }

    private static String millis(Double millis) {
        return millis == null ? "never" : String.format(Locale.ROOT, millis < 10 ? "%.1f" : "%,.0f", millis);
    }
}
