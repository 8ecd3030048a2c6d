package dev.rockpool.examples.simulate;

import dev.rockpool.testing.simulation.Simulations;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how many seeds are done, on standard error: a moving bar on a terminal, otherwise a line now and then. */
final class SeedProgress implements AutoCloseable {
    private static final int TERMINAL_MILLIS = 200;
    private static final int PLAIN_MILLIS = 10_000;

    private final Simulations simulations;
    private final ProgressBar bar;
    private final int every;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "progress");
        thread.setDaemon(true);
        return thread;
    });

    private SeedProgress(Simulations simulations, long seeds) {
        this.simulations = simulations;
        this.every = System.console() == null ? PLAIN_MILLIS : TERMINAL_MILLIS;
        this.bar = new ProgressBarBuilder()
                .setTaskName("simulate")
                .setInitialMax(seeds)
                .setUnit(" seeds", 1)
                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
                .setUpdateIntervalMillis(every)
                .showSpeed()
                .build();
    }

    static SeedProgress of(Simulations simulations, long seeds) {
        return new SeedProgress(simulations, seeds);
    }

    void start() {
        clock.scheduleAtFixedRate(this::show, every, every, TimeUnit.MILLISECONDS);
    }

    private void show() {
        bar.stepTo(simulations.getCompleted());
    }

    @Override
    public void close() {
        clock.shutdownNow();
        show();
        bar.close();
    }
}
