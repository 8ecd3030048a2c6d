package dev.rockpool.examples.bench;

import dev.rockpool.examples.Numbers;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints a result on a terminal. */
final class BenchTable {
    private static final String ROW = "  %-40s %12s %12s %12s   %s%n";
    private static final int LONGEST_REASON = 90;

    private final PrintWriter out;

    BenchTable(PrintWriter out) {
        this.out = out;
    }

    void print(BenchResult result) {
        MachineResult machine = result.getMachine();
        out.printf(
                Locale.ROOT,
                "%nRockpool %s, %s, %.0f s%n  %s, %d cores, %.0f GB, %s%n  %s%n",
                result.getVersion(),
                result.getStartedAt(),
                result.getSeconds(),
                machine.getCpu(),
                machine.getProcessors(),
                machine.getMemoryGigabytes(),
                machine.getOs(),
                machine.getJava());
        out.printf(
                "  load of the machine before: %s, at the end: %s%n  %s%n",
                load(machine.getLoadBefore()), load(machine.getLoadAfter()), result.getEffort());
        if (!result.getLeftOut().isEmpty()) {
            out.printf("  left out: %s%n", String.join(", ", result.getLeftOut()));
        }
        out.println(
                "  min, max: of the JVMs; last column: how many times better Rockpool is (lowest to highest of the rounds)");
        result.getCases().forEach(this::print);
        out.flush();
    }

    private void print(CaseResult result) {
        out.printf("%n%s: %s%n", result.getTitle(), result.getSetting());
        if (result.getObstacle() != null) {
            out.printf("  not measured: %s%n", result.getObstacle());
            return;
        }
        for (MetricResult metric : result.getMetrics()) {
            String better = metric.getLessIsBetter() ? "less is better" : "more is better";
            out.printf(ROW, metric.getTitle() + " (" + better + ")", "mean", "min", "max", "");
            result.getCandidates().forEach(candidate -> print(candidate, metric));
        }
        result.getCandidates().forEach(this::printFailures);
        result.getGoals().forEach(this::print);
        out.printf("  Does not hold: %s%n", result.getCaveat());
    }

    private void print(CandidateResult candidate, MetricResult metric) {
        Figure figure = candidate.getFigures().get(metric.getKey());
        if (figure == null) {
            out.printf(ROW, "  " + candidate.getTitle(), "-", "-", "-", "");
            return;
        }
        out.printf(
                ROW,
                "  " + candidate.getTitle(),
                Numbers.figure(figure.getMean()),
                Numbers.figure(figure.getMin()),
                Numbers.figure(figure.getMax()),
                advantage(figure.getAdvantage()));
    }

    private void printFailures(CandidateResult candidate) {
        for (String reason : candidate.getFailures()) {
            out.printf("  ! %s: %s%n", candidate.getTitle(), shortened(reason));
        }
    }

    private void print(GoalResult goal) {
        String verdict = goal.getMet() == null ? "-" : goal.getMet() ? "met" : "MISSED";
        String figure = goal.getFigure() == null ? "not measured" : Numbers.figure(goal.getFigure());
        out.printf("  %-6s %s: %s, goal %s%n", verdict, goal.getText(), figure, goal.getBound());
    }

    static String advantage(Advantage advantage) {
        if (advantage == null) return "";
        return "%sx (%s to %s)"
                .formatted(
                        Numbers.figure(advantage.getMean()),
                        Numbers.figure(advantage.getMin()),
                        Numbers.figure(advantage.getMax()));
    }

    static String shortened(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "...";
    }

    private static String load(Double load) {
        return load == null ? "unknown" : String.format(Locale.ROOT, "%.1f", load);
    }
}
