package dev.rockpool.examples.drill;

import dev.rockpool.examples.Numbers;
import dev.rockpool.examples.Terminals;
import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows progress: a moving bar on a terminal, otherwise a few plain lines. */
final class Progress {
    private final PrintWriter err;
    private final int width;

    private Progress(PrintWriter err, int width) {
        this.err = err;
        this.width = width;
    }

    /** Shows a bar if there is a terminal. */
    static Progress detect(PrintWriter err) {
        return Terminals.isTerminal() ? new Progress(err, Terminals.width()) : plain(err);
    }

    /** Shows plain lines. */
    static Progress plain(PrintWriter err) {
        return new Progress(err, 0);
    }

    void say(String line) {
        err.println(line);
    }

    /** Creates a bar for a drill of this duration. */
    Bar bar(Duration duration) {
        return width > 0 ? new MovingBar(duration, width) : new PlainLines(duration);
    }

    /** Shows samples as they come. */
    interface Bar extends AutoCloseable {
        void show(Sample sample);

        @Override
        void close();
    }

    private static String numbers(Sample sample) {
        return "%,.0f/s, wait p99 %s ms, %d leased, %d pending"
                .formatted(
                        sample.getPerSecond(),
                        sample.getWaitP99() == null ? "-" : Numbers.millis(sample.getWaitP99()),
                        sample.getLeased(),
                        sample.getPending());
    }

    private static final class MovingBar implements Bar {
        private static final long MILLIS_PER_SECOND = 1_000;
        private final ProgressBar bar;

        MovingBar(Duration duration, int width) {
            bar = new ProgressBarBuilder()
                    .setTaskName("drill")
                    .setInitialMax(duration.toMillis())
                    .setUnit(" s", MILLIS_PER_SECOND)
                    .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, width))
                    .setUpdateIntervalMillis(200)
                    .hideEta()
                    .build();
        }

        @Override
        public void show(Sample sample) {
            bar.stepTo(Math.min(bar.getMax(), Math.round(sample.getAt() * MILLIS_PER_SECOND)));
            bar.setExtraMessage(" " + numbers(sample));
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    private final class PlainLines implements Bar {
        private static final int LINES = 4;
        private final double step;
        private int shown;

        PlainLines(Duration duration) {
            step = duration.toMillis() / 1e3 / LINES;
        }

        @Override
        public void show(Sample sample) {
            // The last sample may be slightly before the end.
            int due = (int) (sample.getAt() / step + 0.05);
            if (due <= shown) return;
            shown = due;
            say("%3.0f s: %s".formatted(sample.getAt(), numbers(sample)));
        }

        @Override
        public void close() {
            // nothing to end, because each line is complete
        }
    }
}
