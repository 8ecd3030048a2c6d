package dev.rockpool.internal.core.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class UsageTest {
    private static final Usage USAGE = new Usage(2_000, 30, 4, 10_000, 5, 6, 7, 8);

    @Test
    void eachNumberIsAdded() {
        Usage other = new Usage(100, 200, 300, 400, 500, 600, 700, 800);

        assertEquals(new Usage(2_100, 230, 304, 10_400, 505, 606, 707, 808), USAGE.plus(other));
        assertEquals(USAGE, Usage.NONE.plus(USAGE));
    }

    @Test
    void theMeanHoldIsTheTimeOfAllLeasesByTheirNumber() {
        assertEquals(2_500, USAGE.meanHold());
        assertEquals(0, Usage.NONE.meanHold());
    }

    @Test
    void theConnectionsInUseAreTheTimeOfAllLeasesByTheTimeThatPassed() {
        assertEquals(5, USAGE.inUse());
        assertEquals(0, Usage.NONE.inUse());
    }

    @Test
    void theLoadCountsAllThatArrived() {
        assertEquals(45, USAGE.load(3_000));
        assertEquals(0, Usage.NONE.load(3_000));
    }

    @Test
    void theHistoryKeepsTheLastQuarterOfAnHour() {
        UsageHistory history = new UsageHistory();
        for (int second = 0; second < 899; second++) history.add(numbered(second));
        assertEquals(numbered(0), history.all().get(0));

        for (int second = 899; second < 1_000; second++) history.add(numbered(second));

        assertEquals(900, history.all().size());
        assertEquals(numbered(100), history.all().get(0));
        assertEquals(numbered(999), history.all().get(899));
    }

    @Test
    void nothingIsForgottenInTheFirstQuarterOfAnHour() {
        UsageHistory history = new UsageHistory();
        for (int second = 0; second < 900; second++) history.add(numbered(second));

        assertEquals(numbered(0), history.all().get(0));
        assertEquals(900, history.all().size());
    }

    private static Usage numbered(int second) {
        return new Usage(1, second, 0, 0, 0, 0, 0, 0);
    }
}
