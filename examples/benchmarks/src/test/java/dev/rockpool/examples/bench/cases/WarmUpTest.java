package dev.rockpool.examples.bench.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.examples.bench.Effort;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private static final double STEP = 0.1;

    private double now;

    @Test
    void itTakesItsMinimumTimeEvenIfNothingIsCompiled() {
        assertEquals(3, lasts(3, 12, time -> 0), STEP);
    }

    @Test
    void itLastsUntilTheCompilerIsIdle() {
        double busyUntil = 5;
        double over = lasts(0.5, 12, time -> 1.1 * Math.min(time, busyUntil));
        assertEquals(busyUntil + 0.8, over, 0.5);
    }

    @Test
    void aCompilerThatHardlyWorksCountsAsIdle() {
        assertEquals(0.6, lasts(0.5, 12, time -> 0.05 * time), STEP);
    }

    @Test
    void itEndsAtItsMaximumTime() {
        assertEquals(12, lasts(0.5, 12, time -> 1.5 * time), STEP);
        assertEquals(0.5, lasts(0.5, 0.5, time -> 1.5 * time), STEP);
    }

    /**
     * When the warm-up ends, in seconds, checked every tenth of a second.
     *
     * @param compiled how long the compiler has worked at each time
     */
    private double lasts(double warmUpSeconds, double mostWarmUpSeconds, DoubleUnaryOperator compiled) {
        now = 0;
        WarmUp warmUp = new WarmUp(
                effort(warmUpSeconds, mostWarmUpSeconds),
                () -> Math.round(now * 1e9),
                () -> compiled.applyAsDouble(now));
        while (!warmUp.isOver()) now += STEP;
        return now;
    }

    private static Effort effort(double warmUpSeconds, double mostWarmUpSeconds) {
        return new Effort(true, 1, warmUpSeconds, mostWarmUpSeconds, mostWarmUpSeconds, 1, 0.01, 1);
    }
}
