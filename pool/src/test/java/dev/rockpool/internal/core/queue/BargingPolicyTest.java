package dev.rockpool.internal.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BargingPolicyTest {
    private static final long WINDOW = 400;

    private int busyProcessors = 0;
    private final BargingPolicy policy = new BargingPolicy(WINDOW, () -> busyProcessors);

    @Test
    void twoSlotsPerConnectionAreHandedOverWithinOneWindow() {
        assertEquals(8, handOversFrom(1_000, 4));
    }

    @Test
    void oneSlotPerProcessorIsHandedOverWhileAllAreBusy() {
        busyProcessors = 3;

        assertEquals(3, handOversFrom(1_000, 4));
    }

    @Test
    void aSmallPoolHandsOverNoMoreSlotsWhileProcessorsAreBusy() {
        busyProcessors = 3;

        assertEquals(2, handOversFrom(1_000, 1));
    }

    @Test
    void theNextWindowBeginsWithTheNextHandOver() {
        handOversFrom(1_000, 4);

        assertEquals(8, handOversFrom(1_000 + WINDOW, 4));
    }

    @Test
    void withAWindowWithoutEndNewcomersMayAlwaysOvertake() {
        policy.bargingWindow(Long.MAX_VALUE);
        policy.handedOver(1_000, 4);

        assertEquals(Long.MAX_VALUE, policy.strictFrom(1_000));
    }

    /** How many slots are handed to threads that have waited for long, before newcomers may overtake them again. */
    private int handOversFrom(long now, int slots) {
        int count = 0;
        do {
            policy.handedOver(now, slots);
            count++;
        } while (policy.strictFrom(0) <= now);
        return count;
    }
}
