package dev.rockpool.internal.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.core.slot.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pool takes from its budget, and gives up to others. */
class BudgetRulesTest {
    private static final long MS = 1_000_000;

    private final TestSettings settings = new TestSettings();

    @Test
    void permitsAreAskedForAsManyCallersAsThereIsRoomFor() {
        settings.opens = 9;
        TestPool pool = new TestPool(settings);
        pool.fill(2);
        pool.slot(0).startClose(CloseReason.EVICTED, "test");
        pool.slot(1).startClose(CloseReason.EVICTED, "test");
        pool.wait(5);

        assertEquals(List.of(2, 3), TestPool.indexes(pool.plan(0).open()));

        assertEquals(List.of(2, 1), pool.allowance.asked);
        assertEquals(1, pool.allowance.withdrawals);
    }

    @Test
    void forTheMinimumNoOtherPoolIsAsked() {
        settings.minIdle = 2;
        TestPool pool = new TestPool(settings);

        pool.plan(0);

        assertEquals(List.of(0, 0), pool.allowance.asked);
        assertEquals(1, pool.allowance.withdrawals);
    }

    @Test
    void callersWithoutAPermitGoOnAskingOncePerStep() {
        TestPool pool = new TestPool(settings);
        pool.allowance.permits = 1;
        pool.wait(2);

        Plan<String> plan = pool.plan(1_000);

        assertEquals(List.of(0), TestPool.indexes(plan.open()));
        assertEquals(List.of(2, 1), pool.allowance.asked);
        assertEquals(1_000 + 25 * MS, plan.nextLook());
        assertEquals(0, pool.allowance.withdrawals);
    }

    @Test
    void withoutCallersAPermitIsTriedForOncePerTick() {
        settings.minIdle = 1;
        TestPool pool = new TestPool(settings);
        pool.allowance.permits = 0;

        assertEquals(1_000 + settings.tick, pool.plan(1_000).nextLook());

        assertEquals(1, pool.allowance.withdrawals);
    }

    @Test
    void aRefusedPermitIsNoAttemptToConnect() {
        TestPool pool = new TestPool(settings);
        pool.connectivity.requestRetry();
        pool.allowance.permits = 0;
        pool.wait(1);
        pool.plan(0);
        assertTrue(pool.connectivity.isRetryRequested());

        pool.allowance.permits = 1;
        pool.plan(1);
        assertFalse(pool.connectivity.isRetryRequested());
    }

    @Test
    void whileConnectsFailNoPermitIsAskedForBeforeTheNextAttempt() {
        TestPool pool = new TestPool(settings);
        pool.connectFails();
        pool.wait(2);

        assertEquals(100, pool.plan(99).nextLook());
        assertEquals(List.of(), pool.allowance.asked);
        assertEquals(1, pool.allowance.withdrawals);

        pool.plan(100);
        assertEquals(List.of(1), pool.allowance.asked);
        pool.plan(101);
        assertEquals(List.of(1), pool.allowance.asked);
        assertEquals(3, pool.allowance.withdrawals);
    }

    @Test
    void theConnectionThatWasIdleForLongestIsGivenUpFirst() {
        TestPool pool = new TestPool(settings);
        pool.fill(4);
        pool.plan(0);
        useAt(pool, 0, 30);
        useAt(pool, 2, 10);
        useAt(pool, 3, 20);
        pool.allowance.owed = 3;

        Plan<String> plan = pool.plan(40);

        assertEquals(List.of(1, 2, 3), TestPool.indexes(plan.close()));
        assertEquals("another pool of the budget needs its permit", pool.slot(1).reason());
        assertEquals(CloseReason.BUDGET, pool.slot(1).closeReason());
        assertEquals(List.of(3, 0), pool.allowance.paid);
    }

    @Test
    void ofConnectionsThatWereIdleEquallyLongTheFirstIsGivenUp() {
        TestPool pool = new TestPool(settings);
        pool.fill(3);
        pool.allowance.owed = 1;

        assertEquals(List.of(0), TestPool.indexes(pool.plan(0).close()));
    }

    @Test
    void connectionsInUseAreKeptUnlessThoseAreOwedToo() {
        TestPool pool = new TestPool(settings);
        pool.fill(3);
        pool.lend(0);
        pool.lend(1);
        pool.allowance.owed = 3;

        assertEquals(List.of(2), TestPool.indexes(pool.plan(0).close()));
        assertEquals(List.of(1, 0), pool.allowance.paid);
        assertFalse(pool.slot(0).isRetired());
    }

    @Test
    void asManyLeasedConnectionsAreRetiredAsAreOwedEvenSo() {
        TestPool pool = new TestPool(settings);
        pool.fill(4);
        for (int i = 0; i < 3; i++) pool.lend(i);
        pool.allowance.owed = 4;
        pool.allowance.owedEvenIfLeased = 2;

        Plan<String> plan = pool.plan(0);

        assertEquals(List.of(3), TestPool.indexes(plan.close()));
        assertEquals(List.of(1, 2), pool.allowance.paid);
        assertTrue(pool.slot(0).isRetired() && pool.slot(1).isRetired());
        assertFalse(pool.slot(2).isRetired());
        assertEquals(CloseReason.BUDGET, pool.slot(0).whyRetired());
    }

    @Test
    void idleConnectionsReduceWhatLeasedOnesOwe() {
        TestPool pool = new TestPool(settings);
        pool.fill(4);
        for (int i = 0; i < 3; i++) pool.lend(i);
        pool.allowance.owed = 2;
        pool.allowance.owedEvenIfLeased = 2;

        pool.plan(0);

        assertEquals(List.of(1, 1), pool.allowance.paid);
        assertTrue(pool.slot(0).isRetired());
        assertFalse(pool.slot(1).isRetired());
    }

    @Test
    void aLeasedConnectionIsNotGivenUpTwice() {
        TestPool pool = new TestPool(settings);
        pool.fill(2);
        pool.lend(0);
        pool.lend(1);
        pool.slot(0).retire(CloseReason.LIFETIME);
        pool.allowance.owed = 2;
        pool.allowance.owedEvenIfLeased = 2;

        pool.plan(0);

        assertEquals(List.of(0, 1), pool.allowance.paid);
        assertEquals(CloseReason.LIFETIME, pool.slot(0).whyRetired());
        assertEquals(CloseReason.BUDGET, pool.slot(1).whyRetired());
    }

    @Test
    void aPoolThatOwesNothingGivesUpNothing() {
        TestPool pool = new TestPool(settings);
        pool.fill(1);

        pool.plan(0);

        assertEquals(List.of(), pool.allowance.paid);
        assertEquals(Phase.IDLE, pool.slot(0).phase());
    }

    private static void useAt(TestPool pool, int index, long now) {
        pool.lend(index);
        pool.release(index);
        pool.slot(index).seenWord = pool.slot(index).ticket();
        pool.slot(index).seenAt = now;
    }
}
