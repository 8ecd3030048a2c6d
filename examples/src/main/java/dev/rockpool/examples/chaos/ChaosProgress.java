package dev.rockpool.examples.chaos;

import dev.rockpool.examples.Terminals;
import java.io.PrintWriter;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows progress: a moving bar on a terminal, otherwise a line for each scenario. */
final class ChaosProgress implements AutoCloseable {
    private final PrintWriter err;
    private final boolean moves;
    private ProgressBar bar;

    private ChaosProgress(PrintWriter err, boolean moves) {
        this.err = err;
        this.moves = moves;
    }

    static ChaosProgress detect(PrintWriter err) {
        return new ChaosProgress(err, Terminals.isTerminal());
    }

    void say(String line) {
        err.println(line);
    }

    void begin(int rounds) {
        if (!moves) return;
        bar = new ProgressBarBuilder()
                .setTaskName("chaos")
                .setInitialMax(rounds)
                .setUnit(" rounds", 1)
                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, Terminals.width()))
                .setUpdateIntervalMillis(200)
                .hideEta()
                .build();
    }

    void beginScenario(String title) {
        if (bar == null) say(title + " ...");
        else bar.setExtraMessage(" " + title);
    }

    void round() {
        if (bar != null) bar.step();
    }

    @Override
    public void close() {
        if (bar != null) bar.close();
    }
}
