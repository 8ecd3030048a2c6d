package dev.rockpool.internal.core.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.internal.core.stats.Histogram.Summary;
import dev.rockpool.internal.core.stats.Histogram.Totals;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyStatsTest {
    private static final Summary NONE = new Summary(0, 0, 0, 0, 0, 0, 0);

    private final LatencyStats stats = new LatencyStats(100);

    @Test
    void theNumberOfLeasesGrantedAtOnceNeverFalls() {
        assertEquals(5, stats.grantedAtOnce(5));
        assertEquals(5, stats.grantedAtOnce(3));
        assertEquals(8, stats.grantedAtOnce(8));
    }

    @Test
    void leasesGrantedAtOnceAreWaitsOfZero() {
        stats.grantedAtOnce(3);
        stats.waited(10);

        assertEquals(new Summary(4, 2, 0, 10, 10, 10, 10), stats.waits());
        assertEquals(4, stats.waitCount());
        assertTotals(4, 10, new long[] {3, 4, 4}, stats.waitTotals(new long[] {5, 10, 20}));
    }

    @Test
    void aWaitThatTimedOutIsAWaitToo() {
        stats.waited(4);
        stats.waitTimedOut(8);

        assertEquals(new Summary(2, 6, 4, 8, 8, 8, 8), stats.waits());
    }

    @Test
    void aResetBeginsNewSummariesButKeepsTotals() {
        stats.grantedAtOnce(3);
        recordOneOfEach(20);
        assertEquals(100, stats.since());

        stats.reset(500);

        assertEquals(500, stats.since());
        for (Histogram each : histograms(stats)) assertEquals(NONE, each.summary());
        assertEquals(NONE, stats.waits());
        assertTotals(4, 20, new long[] {3, 4}, stats.waitTotals(new long[] {5, 30}));

        stats.grantedAtOnce(4);
        assertEquals(new Summary(1, 0, 0, 0, 0, 0, 0), stats.waits());
    }

    @Test
    void eachDurationHasAHistogramOfItsOwn() {
        stats.opened(1, 11);
        stats.released(2, 12, 1);
        stats.acquired(3, 13, 1);
        stats.closed(4, 14);

        assertEquals(new Summary(1, 11, 11, 11, 11, 11, 11), stats.open().summary());
        assertEquals(new Summary(1, 12, 12, 12, 12, 12, 12), stats.use().summary());
        assertEquals(new Summary(1, 13, 13, 13, 13, 13, 13), stats.idle().summary());
        assertEquals(new Summary(1, 14, 14, 14, 14, 14, 14), stats.lifetime().summary());
    }

    @Test
    void aMeasuredLeaseCountsForThoseThatWereNot() {
        stats.acquired(1, 6, 8);
        stats.released(2, 9, 8);

        assertEquals(8, stats.idle().count());
        assertEquals(8, stats.use().count());
    }

    @Test
    void unknownDurationsAreLeftOutButZeroIsKnown() {
        stats.acquired(1, -1, 1);
        stats.released(2, -1, 1);
        assertEquals(0, stats.idle().count());
        assertEquals(0, stats.use().count());

        stats.acquired(3, 0, 1);
        stats.released(4, 0, 1);
        assertEquals(1, stats.idle().count());
        assertEquals(1, stats.use().count());
    }

    @Test
    void eachEventHasTheTimeWhenItHappenedLast() {
        assertEquals(List.of(LatencyStats.NEVER), events().stream().distinct().toList());

        for (long now : new long[] {10, 20}) {
            stats.opened(now + 1, 5);
            stats.acquired(now + 2, -1, 1);
            stats.released(now + 3, -1, 1);
            stats.closed(now + 4, 5);
        }

        assertEquals(List.of(21L, 22L, 23L, 24L), events());
    }

    @Test
    void aSumHasTheDurationsOfAllAndNoEvents() {
        LatencyStats other = new LatencyStats(0);
        stats.grantedAtOnce(2);
        other.grantedAtOnce(5);
        recordOneOfEach(20);
        other.waited(10);
        other.opened(7, 10);

        LatencyStats sum = LatencyStats.sum(List.of(stats, other));

        assertEquals(9, sum.waitCount());
        assertEquals(new Summary(9, 3, 0, 20, 20, 20, 20), sum.waits());
        assertEquals(new Summary(2, 15, 10, 20, 20, 20, 20), sum.open().summary());
        for (Histogram each : List.of(sum.use(), sum.idle(), sum.lifetime()))
            assertEquals(new Summary(1, 20, 20, 20, 20, 20, 20), each.summary());
        assertEquals(LatencyStats.NEVER, sum.openedAt());
    }

    @Test
    void aSumLacksTheZerosBeforeTheResetsOfItsParts() {
        LatencyStats other = new LatencyStats(0);
        stats.grantedAtOnce(2);
        stats.reset(200);
        stats.grantedAtOnce(6);
        other.grantedAtOnce(10);
        other.reset(300);
        other.grantedAtOnce(11);

        LatencyStats sum = LatencyStats.sum(List.of(stats, other));

        assertEquals(5, sum.waits().count());
        assertEquals(17, sum.waitCount());
    }

    private void recordOneOfEach(long duration) {
        stats.waited(duration);
        stats.opened(1, duration);
        stats.acquired(1, duration, 1);
        stats.released(1, duration, 1);
        stats.closed(1, duration);
    }

    private List<Long> events() {
        return List.of(stats.openedAt(), stats.acquiredAt(), stats.releasedAt(), stats.closedAt());
    }

    private static List<Histogram> histograms(LatencyStats of) {
        return List.of(of.open(), of.use(), of.idle(), of.lifetime());
    }

    private static void assertTotals(long count, long sum, long[] upTo, Totals actual) {
        assertEquals(count, actual.count());
        assertEquals(sum, actual.sum());
        assertArrayEquals(upTo, actual.upTo());
    }
}
