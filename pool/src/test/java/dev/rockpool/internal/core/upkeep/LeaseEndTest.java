package dev.rockpool.internal.core.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the leak detector notices besides leases that last too long. */
class LeaseEndTest {
    private static final long SECOND = 1_000_000_000;

    private final TestPool pool = new TestPool(new TestSettings());
    private final LeakDetector<String> detector = new LeakDetector<>(pool.state);

    @Test
    void theEndOfAnOverdueLeaseIsReportedOnce() {
        pool.fill(3);
        pool.lend(1);
        pool.lend(2);
        look(0);
        assertEquals(2, look(100).size());
        assertEquals(List.of(), detector.ended());

        pool.release(2);

        assertEquals(List.of(3L), detector.ended());
        assertEquals(List.of(), detector.ended());
    }

    @Test
    void theEndOfALeaseThatWasNotOverdueIsNotReported() {
        pool.fill(1);
        pool.lend(0);
        look(0);
        look(99);
        pool.release(0);

        assertEquals(List.of(), detector.ended());
    }

    @Test
    void theEndOfAReclaimedLeaseIsNotReported() {
        pool.fill(1);
        pool.lend(0);
        look(0);
        look(100);
        detector.reclaimed(pool.slot(0));
        pool.release(0);

        assertEquals(List.of(), detector.ended());
    }

    @Test
    void holdersOfIdleSlotsAreForgotten() {
        pool.fill(1);
        long ticket = pool.lend(0);
        pool.slot(0).undoLease(ticket);

        look(0);

        pool.slot(0).lend(); // has the same ticket, since the other lease was undone
        assertNull(pool.slot(0).holder(ticket));
    }

    @Test
    void ofManyLeasesNotEachIsMeasured() {
        pool.fill(1);
        for (int i = 1; i <= 1_500; i++) {
            pool.now = i * (SECOND / 1_500);
            pool.state.tryLend("holder");
            pool.release(0);
        }
        long measured = pool.state.recorder().times().acquiredAt();
        assertEquals(pool.now, measured);

        look(SECOND);

        pool.now = 2 * SECOND;
        pool.state.tryLend("holder"); // number 1501 is not the first of sixteen
        assertEquals(measured, pool.state.recorder().times().acquiredAt());
    }

    private List<LeakDetector.Overdue<String>> look(long now) {
        pool.plan(now);
        return detector.look(now, 100);
    }
}
