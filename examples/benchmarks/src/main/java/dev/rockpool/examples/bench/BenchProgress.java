package dev.rockpool.examples.bench;

import dev.rockpool.examples.Numbers;
import dev.rockpool.examples.Terminals;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows progress: a line for each JVM and, on a terminal, a moving bar. */
final class BenchProgress {
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int MILLIS = 1_000;

    private final PrintWriter err;
    private final int width;
    private Effort effort;
    private ProgressBar bar;
    private int forks;

    private BenchProgress(PrintWriter err, int width) {
        this.err = err;
        this.width = width;
    }

    /** Shows a bar if there is a terminal. */
    static BenchProgress detect(PrintWriter err) {
        return new BenchProgress(err, Terminals.isTerminal() ? Terminals.width() : 0);
    }

    /**
     * @param planned about how long all forks take at most, by plan
     * @param seconds how long the whole run takes
     */
    void begin(double planned, double seconds, Effort wanted) {
        effort = wanted;
        say(String.format(Locale.ROOT, "measuring for about %.0f min", Math.ceil(seconds / SECONDS_PER_MINUTE)));
        if (width == 0) return;
        bar = new ProgressBarBuilder()
                .setTaskName("bench")
                .setInitialMax((long) (planned * MILLIS))
                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, width))
                .setUnit(" s", MILLIS)
                .build();
    }

    void beginCase(BenchCase benchCase, String obstacle) {
        say(benchCase.about().title() + (obstacle == null ? "" : ": not measured, " + obstacle));
        if (bar != null) bar.setExtraMessage(" " + benchCase.key());
    }

    /** @param together how many JVMs ran at the same time */
    void fork(Plan.Turn turn, int together, ForkResult result) {
        forks++;
        say(String.format(
                Locale.ROOT,
                "  %3d  %d/%d  %-36s %s",
                forks,
                turn.round() + 1,
                effort.forks(),
                turn.candidate().title(),
                result.getSamples() == null ? result.getFailure() : first(turn.benchCase(), result.getSamples())));
        if (bar == null) return;
        bar.stepBy((long) (turn.benchCase().seconds(effort) * MILLIS / together));
    }

    void say(String line) {
        // Pads the line, because a line shorter than the bar would leave the rest of the bar visible.
        err.println(bar == null ? line : String.format("\r%-" + width + "s", line));
        err.flush();
    }

    void end() {
        if (bar != null) bar.close();
    }

    private static String first(BenchCase benchCase, Map<String, List<Double>> samples) {
        return benchCase.metrics().stream()
                .filter(metric -> samples.containsKey(metric.key()))
                .findFirst()
                .map(metric -> Numbers.figure(mean(samples.get(metric.key()))) + " " + metric.title())
                .orElse("");
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
}
