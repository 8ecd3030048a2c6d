package dev.rockpool.internal.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.rockpool.CloseReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which connections are closed because of a limit, and when the keeper looks for them. */
class CloseRulesTest {
    private static final long NEVER = TestSettings.NEVER;

    private final TestSettings settings = new TestSettings();

    @Test
    void aSmallerPoolClosesIdleConnectionsBeforeItRetiresLeasedOnes() {
        TestPool pool = new TestPool(settings);
        pool.fill(4);
        pool.lend(3);
        resize(pool, 2);

        assertEquals(List.of(2, 1), closes(pool.plan(0)));
        assertFalse(pool.slot(3).isRetired());
    }

    @Test
    void theFirstSlotIsClosedTooIfTheOthersAreLeased() {
        settings.size = 2;
        TestPool pool = new TestPool(settings);
        pool.fill(2);
        pool.lend(1);
        resize(pool, 1);

        assertEquals(List.of(0), closes(pool.plan(0)));
        assertFalse(pool.slot(1).isRetired());
    }

    @Test
    void anExpiredConnectionNeedsNoReplacementIfTheMinimumIsKeptByOneBeingProbed() {
        settings.minIdle = 1;
        TestPool pool = new TestPool(settings);
        pool.open(pool.slot(0), 100);
        pool.open(pool.slot(1), NEVER);
        pool.slot(1).startProbe(0);

        assertEquals(List.of(0), closes(pool.plan(100)));
        assertEquals(CloseReason.LIFETIME, pool.slot(0).closeReason());
    }

    @Test
    void ofManyExpiredConnectionsThoseOfTheMinimumWaitForTheirReplacements() {
        settings.size = 6;
        settings.minIdle = 2;
        TestPool pool = new TestPool(settings);
        for (int i = 0; i < 3; i++) pool.open(pool.slot(i), 100);

        Plan<String> plan = pool.plan(100);

        assertEquals(List.of(0), closes(plan));
        assertEquals(List.of(3, 4), TestPool.indexes(plan.open()));

        pool.arrive(plan);
        assertEquals(List.of(1, 2), closes(pool.plan(101)));
    }

    @Test
    void theKeeperLooksWhenTheNextConnectionWillHaveBeenIdleForLong() {
        settings.idle = 1_000;
        TestPool pool = new TestPool(settings);
        pool.fill(1);
        pool.slot(0).markStale();
        pool.plan(5);

        assertEquals(1_005, pool.plan(6).nextLook());
        assertEquals(List.of(), closes(pool.plan(1_004)));
        assertEquals(List.of(0), closes(pool.plan(1_005)));
    }

    @Test
    void theKeeperLooksWhenTheNextConnectionExpires() {
        TestPool pool = new TestPool(settings);
        pool.open(pool.slot(0), 700);
        pool.slot(0).markStale();
        pool.plan(5);

        assertEquals(700, pool.plan(6).nextLook());
    }

    @Test
    void theKeeperLooksOnceATickAfterAChange() {
        TestPool pool = new TestPool(settings);
        assertEquals(NEVER, pool.plan(0).nextLook());
        pool.fill(1);
        pool.lend(0);
        pool.slot(0).seize(CloseReason.EVICTED, "test");
        pool.slot(0).closed();

        assertEquals(5 + settings.tick, pool.plan(5).nextLook());
        assertEquals(NEVER, pool.plan(6).nextLook());
    }

    @Test
    void theKeeperLooksOnceATickAfterItHasPlannedWork() {
        settings.minIdle = 1;
        TestPool pool = new TestPool(settings);

        assertEquals(5 + settings.tick, pool.plan(5).nextLook());
    }

    private void resize(TestPool pool, int size) {
        settings.size = size;
        pool.planner.settings(settings.get());
    }

    private static List<Integer> closes(Plan<String> plan) {
        return TestPool.indexes(plan.close());
    }
}
