package dev.rockpool.examples.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Plan PLAN = new Plan(Cases.quick(), Cases.quickPeers());
    private static final double LONGEST = Effort.quick(3).compilingSeconds();
    private static final double LIMIT = Effort.quick(3).limitSeconds();

    private double elapsed;

    @Test
    void withEnoughTimeEachCaseGetsItsFullTime() {
        assertEquals(List.of(LONGEST), granted(0.5));
        assertTrue(elapsed < LIMIT, () -> elapsed + " s");
    }

    @Test
    void onASlowMachineItStillEndsInTime() {
        for (double slowness : new double[] {0.8, 0.9, 1, 1.05}) {
            elapsed = 0;
            List<Double> granted = granted(slowness);
            assertEquals(LIMIT, elapsed, 0.02 * LIMIT, () -> "at " + slowness + ": " + granted);
            granted.forEach(each -> assertTrue(each >= Effort.quick(3).warmUpSeconds(), granted::toString));
        }
    }

    @Test
    void theLeastIsTheShortestGrantedTime() {
        Pace pace = new Pace(PLAN, Effort.quick(3), () -> elapsed);
        assertEquals(LONGEST, pace.least().compilingSeconds());
        elapsed = 1e4;
        pace.next();
        elapsed = 0;
        pace.next();
        assertEquals(Effort.quick(3).warmUpSeconds(), pace.least().compilingSeconds());
    }

    @Test
    void theLongFormIsNotShortened() {
        Pace pace = new Pace(PLAN, Effort.full(3), () -> 1e6);
        assertEquals(Effort.full(3).compilingSeconds(), pace.next().compilingSeconds());
    }

    /**
     * The warm-up times granted to cases with much code, each value once. {@code slowness} is the factor by which each
     * case exceeds its planned time.
     */
    private List<Double> granted(double slowness) {
        Pace pace = new Pace(PLAN, Effort.quick(3), () -> elapsed);
        List<Double> granted = new ArrayList<>();
        for (BenchCase each : PLAN.cases()) {
            Effort effort = pace.next();
            elapsed += slowness * PLAN.seconds(each, effort);
            if (each.seconds(effort) != each.seconds(effort.compiling(0))) granted.add(effort.compilingSeconds());
        }
        return granted.stream().distinct().toList();
    }
}
