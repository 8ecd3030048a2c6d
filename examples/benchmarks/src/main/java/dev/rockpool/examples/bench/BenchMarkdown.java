package dev.rockpool.examples.bench;

import dev.rockpool.examples.Numbers;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints a result as Markdown tables for a document: candidates as rows, metrics as columns. */
final class BenchMarkdown {
    private final PrintWriter out;

    BenchMarkdown(PrintWriter out) {
        this.out = out;
    }

    void print(BenchResult result) {
        MachineResult machine = result.getMachine();
        out.printf(
                Locale.ROOT,
                "Rockpool %s, %s; %s, %d cores, %.0f GB; %s; %s. %s. Mean (lowest to highest JVM); in bold how many times better Rockpool is.%n",
                result.getVersion(),
                result.getStartedAt(),
                machine.getCpu(),
                machine.getProcessors(),
                machine.getMemoryGigabytes(),
                machine.getOs(),
                machine.getJava(),
                result.getEffort());
        if (!result.getLeftOut().isEmpty()) {
            out.printf("Left out: %s.%n", String.join(", ", result.getLeftOut()));
        }
        result.getCases().forEach(this::print);
        out.flush();
    }

    private void print(CaseResult result) {
        out.printf("%n### %s%n%n%s.%n", result.getTitle(), result.getSetting());
        if (result.getObstacle() != null) {
            out.printf("Not measured: %s.%n", result.getObstacle());
            return;
        }
        List<MetricResult> metrics = result.getMetrics();
        out.println();
        row("", metrics.stream().map(MetricResult::getTitle).toList());
        row("---", metrics.stream().map(metric -> "---").toList());
        for (CandidateResult candidate : result.getCandidates()) {
            row(
                    candidate.getTitle(),
                    metrics.stream().map(metric -> cell(candidate, metric)).toList());
        }
        out.println();
        for (GoalResult goal : result.getGoals()) {
            String verdict = goal.getMet() == null ? "not measured" : goal.getMet() ? "met" : "missed";
            String figure = goal.getFigure() == null ? "" : ", " + Numbers.figure(goal.getFigure());
            out.printf("- goal %s: %s (%s)%s%n", verdict, goal.getText(), goal.getBound(), figure);
        }
        out.printf("- does not hold: %s%n", result.getCaveat());
    }

    private void row(String head, List<String> cells) {
        out.println("| " + head + " | " + String.join(" | ", cells) + " |");
    }

    private static String cell(CandidateResult candidate, MetricResult metric) {
        Figure figure = candidate.getFigures().get(metric.getKey());
        if (figure == null) {
            return candidate.getFailures().stream().map(BenchTable::shortened).collect(Collectors.joining("; "));
        }
        String text = "%s (%s to %s)"
                .formatted(
                        Numbers.figure(figure.getMean()),
                        Numbers.figure(figure.getMin()),
                        Numbers.figure(figure.getMax()));
        if (figure.getAdvantage() == null) return text;
        return text + " **" + Numbers.figure(figure.getAdvantage().getMean()) + "x**";
    }
}
