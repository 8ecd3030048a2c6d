package dev.rockpool.internal.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many connections are opened, and when. */
class OpenRulesTest {
    private static final long MS = 1_000_000;

    private final TestSettings settings = new TestSettings();

    @Test
    void nothingIsOpenedForAWaiterWhoseSlotWasTakenJustNow() {
        TestPool pool = new TestPool(settings);
        pool.fill(1);
        pool.slot(0).lend();
        pool.wait(1);

        Plan<String> plan = pool.plan(500);

        assertEquals(List.of(), opens(plan));
        assertEquals(500 + MS, plan.nextLook());
    }

    @Test
    void aSlotThatWasTakenJustNowIsNoReasonToLookSoonIfNobodyWaits() {
        TestPool pool = new TestPool(settings);
        pool.fill(1);
        pool.slot(0).lend();

        assertEquals(settings.tick, pool.plan(0).nextLook());
    }

    @Test
    void whileConnectionsAreInUseOneConnectIsAddedForEachStepThatACallerWaits() {
        TestPool pool = new TestPool(settings);
        pool.fill(1);
        pool.lend(0);
        pool.now = 1_000;
        pool.wait(3);

        Plan<String> first = pool.plan(1_000);
        assertEquals(List.of(1), opens(first));
        assertEquals(1_000 + 25 * MS, first.nextLook());
        assertEquals(List.of(), opens(pool.plan(999 + 25 * MS)));
        assertEquals(List.of(2), opens(pool.plan(1_000 + 25 * MS)));
        Plan<String> between = pool.plan(30 * MS);
        assertEquals(List.of(), opens(between));
        assertEquals(1_000 + 50 * MS, between.nextLook());
        assertEquals(List.of(3), opens(pool.plan(1_000 + 50 * MS)));
    }

    @Test
    void whileNoneIsInUseConnectsForAllWaitersBeginAtOnce() {
        TestPool pool = new TestPool(settings);
        pool.wait(3);

        Plan<String> plan = pool.plan(0);

        assertEquals(List.of(0, 1, 2), opens(plan));
        assertEquals(settings.tick, plan.nextLook());
        assertEquals(1, pool.allowance.withdrawals);
    }

    @Test
    void aFullPoolHasNoNextStepToWaitFor() {
        settings.size = 1;
        TestPool pool = new TestPool(settings);
        pool.fill(1);
        pool.lend(0);
        pool.wait(2);

        assertEquals(settings.tick, pool.plan(0).nextLook());
        assertEquals(1, pool.allowance.withdrawals);
    }

    @Test
    void connectsForTheMinimumDoNotWaitForConnectionsInUse() {
        settings.minIdle = 3;
        TestPool pool = new TestPool(settings);
        pool.fill(1);
        pool.lend(0);

        assertEquals(List.of(1, 2, 3), opens(pool.plan(0)));
    }

    @Test
    void ifEachLeaseIsProbedAConnectionBeingProbedIsInUse() {
        settings.size = 6;
        settings.trust = 0;
        assertEquals(List.of(2), opensForFourWaiters(1));
        assertEquals(List.of(2), opensForFourWaiters(0));
    }

    @Test
    void otherwiseAConnectionBeingProbedIsNotInUse() {
        settings.size = 6;
        assertEquals(List.of(2), opensForFourWaiters(1));
        assertEquals(List.of(2, 3, 4), opensForFourWaiters(0));
    }

    /** What is opened while slot 1 is probed, and slot 0 is leased or being closed. */
    private List<Integer> opensForFourWaiters(int leased) {
        TestPool pool = new TestPool(settings);
        pool.fill(2);
        pool.slot(1).startProbe(0);
        if (leased == 1) pool.lend(0);
        else pool.slot(0).startClose(CloseReason.EVICTED, "test");
        pool.wait(4);
        return opens(pool.plan(0));
    }

    @Test
    void aShrunkPoolOpensNothingWhileASlotAboveItsSizeIsLeased() {
        settings.size = 2;
        TestPool pool = new TestPool(settings);
        pool.open(pool.slot(1), TestSettings.NEVER);
        pool.lend(1);
        settings.size = 1;
        pool.planner.settings(settings.get());
        pool.wait(1);

        assertEquals(List.of(), opens(pool.plan(0)));
    }

    @Test
    void aConnectionIsOpenedForARequestIfNoneIsOnItsWay() {
        TestPool pool = new TestPool(settings);
        pool.fill(1);
        pool.lend(0);
        pool.state.queueing().requestFresh();

        assertEquals(List.of(1), opens(pool.plan(0)));
        assertEquals(List.of(), opens(pool.plan(1)));
    }

    @Test
    void nothingIsOpenedForARequestWhileAConnectionIsProbedForIt() {
        TestPool pool = new TestPool(settings);
        pool.fill(2);
        pool.slot(0).markStale();
        pool.lend(1);
        pool.state.queueing().requestFresh();

        Plan<String> plan = pool.plan(0);

        assertEquals(List.of(0), TestPool.indexes(plan.probe()));
        assertEquals(List.of(), opens(plan));
    }

    @Test
    void nothingIsOpenedForARequestWhileStaleOrOpeningConnectionsAreThereToo() {
        TestPool pool = new TestPool(settings);
        pool.fill(2);
        pool.state.markAllStale();
        pool.state.queueing().requestFresh();
        pool.plan(0);
        assertEquals("slot 0 PROBING lease 0", pool.slot(0).toString());

        assertEquals(List.of(), opens(pool.plan(1)));

        pool.slot(1).startClose(CloseReason.EVICTED, "test");
        pool.slot(2).reserve(1);
        assertEquals(List.of(), opens(pool.plan(2)));
    }

    @Test
    void whileConnectsFailAFurtherWaiterWakesTheKeeperIfTheOthersAreHelped() {
        TestPool pool = new TestPool(settings);
        pool.wait(1);
        pool.connectFails();
        pool.open(pool.slot(0), TestSettings.NEVER); // about to be handed over
        pool.plan(1);

        assertTrue(pool.waitOne());
    }

    @Test
    void whileConnectsFailAFurtherWaiterDoesNotWakeTheKeeperIfOneIsNotHelped() {
        TestPool pool = new TestPool(settings);
        pool.wait(1);
        pool.connectFails();
        pool.plan(1);

        assertFalse(pool.waitOne());
    }

    private static List<Integer> opens(Plan<String> plan) {
        return TestPool.indexes(plan.open());
    }
}
