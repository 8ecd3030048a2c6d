package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.rockpool.ReusePolicy;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import dev.rockpool.internal.core.stats.Histogram;
import dev.rockpool.internal.core.stats.LatencyStats;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseRecorderTest {
    private static final long SECOND = 1_000_000_000;

    /** What is recorded above a thousand leases per second: two of sixteen. */
    private static final long SPARSE = 14 << 8;

    private long now = 100;
    private final List<Long> masks = new ArrayList<>();
    private final RecordedLeases leases = new RecordedLeases();
    private final List<String> events = leases.events;
    private final LeaseRecorder<String> recorder = new LeaseRecorder<>(() -> now, masks::add);
    private final LatencyStats times = recorder.times();
    private final Slot<String> slot = new Slots<String>(1, ReusePolicy.AFFINE).get(0);

    LeaseRecorderTest() {
        TestPool.open(slot, 0);
    }

    @Test
    void everyLeaseIsRecordedWhileThereIsAListener() {
        thinOut();
        recorder.listener(leases);
        recorder.listener(null);

        assertEquals(List.of(SPARSE, 0L, SPARSE), masks);
    }

    @Test
    void everyLeaseIsRecordedWhileStacksAreCaptured() {
        thinOut();
        recorder.traceLeases(true);
        recorder.traceLeases(true);
        recorder.traceLeases(false);

        assertEquals(List.of(SPARSE, 0L, SPARSE), masks);
    }

    @Test
    void theMaskIsPublishedOnlyWhenTheSampleHasChanged() {
        recorder.look(100 + SECOND, 500);
        assertEquals(List.of(), masks);
        recorder.look(100 + 2 * SECOND, 500 + 8_000);
        assertEquals(List.of(SPARSE), masks);
    }

    @Test
    void aBurstThinsOutItsOwnSample() {
        for (int i = 0; i < 128; i++) lease(1, 1);

        assertEquals(1, masks.size());
        assertNotEquals(0, masks.get(0));
    }

    @Test
    void aWaiterCarriesItsStackOnlyWhileStacksAreCaptured() {
        assertNull(recorder.here());
        recorder.traceLeases(true);
        assertEquals("acquired here", recorder.here().getMessage());
    }

    @Test
    void aLeaseHasItsStackOnlyWhileStacksAreCaptured() {
        long untraced = begin();
        assertNull(slot.trace(untraced));
        end(untraced);
        recorder.traceLeases(true);
        assertNotNull(slot.trace(begin()));
    }

    @Test
    void theListenerHearsOfEachLeaseAndItsEnd() {
        recorder.listener(leases);
        end(begin());

        assertEquals(List.of("acquired 1", "released 1"), events);
    }

    @Test
    void useAndIdleTimesAreMeasured() {
        lease(0, 30);
        lease(20, 50);

        assertEquals(200, times.releasedAt());
        assertEquals(150, times.acquiredAt());
        assertEquals(new Sum(2, 80), new Sum(times.use().totals(new long[0])));
        assertEquals(new Sum(1, 20), new Sum(times.idle().totals(new long[0])));
    }

    @Test
    void aMeasuredLeaseStandsForThoseThatWereNotMeasured() {
        thinOut();
        for (int i = 0; i < 16; i++) lease(0, 10);

        assertEquals(new Sum(16, 160), new Sum(times.use().totals(new long[0])));
    }

    @Test
    void aListenerOfAllLeasesDoesNotMakeTheSampleDenser() {
        thinOut();
        recorder.listener(leases);
        for (int i = 0; i < 16; i++) lease(0, 10);

        assertEquals(32, events.size());
        assertEquals(new Sum(16, 160), new Sum(times.use().totals(new long[0])));
    }

    @Test
    void theListenerOfSamplesHearsOfMeasuredLeasesOnly() {
        recorder.samples((connection, holder, used) -> events.add(connection + " " + holder + " " + used));
        lease(0, 30);
        lease(0, 0);
        slot.lend();
        recorder.ends(slot, slot.ticket());

        assertEquals(List.of("1 holder 30", "1 holder 0"), events);
    }

    @Test
    void aServedWaiterIsRecordedWithItsWait() {
        recorder.listener(leases);
        TestWaiter waiter = serve(40);
        recorder.served(waiter, true);
        now += 7;
        recorder.ends(slot, waiter.ticket());

        assertEquals(new Sum(1, 60), new Sum(times.waitTotals(new long[0])));
        assertEquals(new Sum(1, 7), new Sum(times.use().totals(new long[0])));
        assertEquals(List.of("acquired 1"), events);
    }

    @Test
    void ofAServedWaiterThatIsNotRecordedOnlyTheWaitIsKnown() {
        recorder.listener(leases);
        recorder.served(serve(40), false);

        assertEquals(new Sum(1, 60), new Sum(times.waitTotals(new long[0])));
        assertEquals(LatencyStats.NEVER, times.acquiredAt());
        assertEquals(List.of(), events);
    }

    @Test
    void aServedWaiterOutsideOfTheSampleIsNotMeasured() {
        thinOut();
        lease(0, 10);
        long measured = times.acquiredAt();
        now += 5;
        slot.lend();
        slot.release(slot.ticket());
        recorder.served(serve(now - 5), true);

        assertEquals(measured, times.acquiredAt());
    }

    private record Sum(long count, long nanos) {
        Sum(Histogram.Totals totals) {
            this(totals.count(), totals.sum());
        }
    }

    private void thinOut() {
        recorder.look(now + SECOND, 8_000);
    }

    private void lease(long idle, long used) {
        now += idle;
        long ticket = begin();
        now += used;
        end(ticket);
    }

    private long begin() {
        slot.lend();
        long ticket = slot.ticket();
        slot.grant(ticket, "holder");
        recorder.began(slot, ticket);
        return ticket;
    }

    private void end(long ticket) {
        recorder.ends(slot, ticket);
        slot.release(ticket);
        recorder.ended(slot.number());
    }

    private TestWaiter serve(long since) {
        TestWaiter waiter = TestWaiter.suspended(since);
        slot.lend();
        waiter.serve(slot);
        return waiter;
    }
}
