package dev.rockpool.examples.bench.cases;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.examples.bench.Effort;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void itIsNotOverBeforeItsTimeAndIsAfterItsMost() throws Exception {
        WarmUp never = new WarmUp(effort(3_600, 3_600));
        assertFalse(never.isOver());
        WarmUp brief = new WarmUp(effort(0.01, 0.01));
        brief.await();
        assertTrue(brief.isOver());
        assertFalse(never.isOver());
    }

    @Test
    void itEndsWhenTheCompilerRests() throws Exception {
        new WarmUp(effort(0.01, 3_600)).await();
    }

    private static Effort effort(double warmUpSeconds, double mostWarmUpSeconds) {
        return new Effort(true, 1, warmUpSeconds, mostWarmUpSeconds, 1, 0.01, 1);
    }
}
