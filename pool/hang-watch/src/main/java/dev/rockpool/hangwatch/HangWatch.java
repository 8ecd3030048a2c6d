package dev.rockpool.hangwatch;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Names a test that hangs. After {@link #LIMIT} it prints the test and what each thread does; after {@link #END} it ends
 * the JVM, and with it the build. The timeouts of JUnit and Kotest fail most such tests sooner. But they end a thread
 * only if it reacts to an interrupt, or a coroutine only if it suspends.
 *
 * <p>JUnit finds it by itself, in each module that has it on its test class path. The system property {@code
 * rockpool.proof} stops it: a proof may take long.
 */
public final class HangWatch implements TestExecutionListener {
    static final Duration LIMIT = Duration.ofSeconds(60);
    static final Duration END = Duration.ofSeconds(240);

    private final Map<String, ScheduledFuture<?>> running = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock;
    private final Consumer<String> report;
    private final Runnable end;

    /** For JUnit. */
    public HangWatch() {
        this(clock(), System.err::println, () -> Runtime.getRuntime().halt(1));
    }

    HangWatch(ScheduledExecutorService clock, Consumer<String> report, Runnable end) {
        this.clock = clock;
        this.report = report;
        this.end = end;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (!test.isTest() || Boolean.getBoolean("rockpool.proof")) return;
        running.put(test.getUniqueId(), after(LIMIT, () -> isTooLong(test)));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        ScheduledFuture<?> look = running.remove(test.getUniqueId());
        if (look != null) look.cancel(false);
    }

    private void isTooLong(TestIdentifier test) {
        report.accept("SLOW, OR HANGING: " + nameOf(test) + " has run for " + LIMIT.toSeconds()
                + " s. The JVM ends after " + END.toSeconds() + " s. All threads:\n" + ThreadDump.ofThisJvm());
        running.computeIfPresent(test.getUniqueId(), (id, look) -> after(END.minus(LIMIT), () -> hangs(test)));
    }

    private void hangs(TestIdentifier test) {
        report.accept("A TEST HANGS: " + nameOf(test) + " has run for " + END.toSeconds()
                + " s; the JVM ends here. All threads:\n" + ThreadDump.ofThisJvm());
        end.run();
    }

    private ScheduledFuture<?> after(Duration time, Runnable look) {
        return clock.schedule(look, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String nameOf(TestIdentifier test) {
        return test.getUniqueId() + " (" + test.getDisplayName() + ")";
    }

    private static ScheduledExecutorService clock() {
        return Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "hang-watch");
            thread.setDaemon(true);
            return thread;
        });
    }
}
