package dev.rockpool.hangwatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

class HangWatchTest {
    private final Clock clock = new Clock();
    private final List<String> reports = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private final HangWatch watch = new HangWatch(clock, reports::add, () -> ends.add("ended"));
    private final TestIdentifier test = identifier("a caller waits", TestDescriptor.Type.TEST);

    @Test
    void aTestThatRunsForTooLongIsNamedWithWhatAllThreadsDo() {
        watch.executionStarted(test);
        clock.passTo(HangWatch.LIMIT.toMillis());

        assertEquals(1, reports.size());
        assertTrue(reports.get(0).contains("a caller waits"));
        assertTrue(reports.get(0).contains("aTestThatRunsForTooLongIsNamedWithWhatAllThreadsDo"), reports.get(0));
        assertEquals(List.of(), ends);
    }

    @Test
    void aTestThatNeverEndsEndsTheJvm() {
        watch.executionStarted(test);
        clock.passTo(HangWatch.END.toMillis());

        assertEquals(2, reports.size());
        assertEquals(List.of("ended"), ends);
    }

    @Test
    void aTestThatEndsInTimeIsNotNamed() {
        watch.executionStarted(test);
        watch.executionFinished(test, TestExecutionResult.successful());
        clock.passTo(HangWatch.END.toMillis());

        assertEquals(List.of(), reports);
    }

    @Test
    void aSlowTestThatEndsAfterAllDoesNotEndTheJvm() {
        watch.executionStarted(test);
        clock.passTo(HangWatch.LIMIT.toMillis());
        watch.executionFinished(test, TestExecutionResult.successful());
        clock.passTo(HangWatch.END.toMillis());

        assertEquals(1, reports.size());
        assertEquals(List.of(), ends);
    }

    @Test
    void aClassMayTakeLong() {
        watch.executionStarted(identifier("a class", TestDescriptor.Type.CONTAINER));
        clock.passTo(HangWatch.END.toMillis());

        assertEquals(List.of(), reports);
    }

    @Test
    void jUnitFindsIt() {
        assertTrue(
                ServiceLoader.load(TestExecutionListener.class).stream().anyMatch(it -> it.type() == HangWatch.class));
    }

    private static TestIdentifier identifier(String name, TestDescriptor.Type type) {
        return TestIdentifier.from(
                new AbstractTestDescriptor(UniqueId.forEngine("some").append("test", name), name) {
                    @Override
                    public Type getType() {
                        return type;
                    }
                });
    }

    /** Time passes when the test says so. */
    private static final class Clock extends ScheduledThreadPoolExecutor {
        private record Due(long at, ScheduledFuture<?> handle, Runnable work) {}

        private final List<Due> due = new ArrayList<>();
        private long now;

        Clock() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
            ScheduledFuture<?> handle = super.schedule(() -> {}, 1, TimeUnit.DAYS);
            due.add(new Due(now + unit.toMillis(delay), handle, work));
            return handle;
        }

        void passTo(long end) {
            while (true) {
                Due next = due.stream()
                        .filter(it -> it.at <= end && !it.handle.isDone())
                        .findFirst()
                        .orElse(null);
                if (next == null) break;
                due.remove(next);
                now = next.at;
                next.work.run();
            }
            now = end;
        }
    }
}
