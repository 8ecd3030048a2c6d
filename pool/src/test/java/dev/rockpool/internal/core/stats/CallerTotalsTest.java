package dev.rockpool.internal.core.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.CallerUsage;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallerTotalsTest {
    private final CallerTotals totals = new CallerTotals();

    @Test
    void timesOfTheSameCallerAddUp() {
        totals.held("report", 30);
        totals.waited("report", 2);
        totals.held("report", 12);
        totals.waited("report", 5);

        assertEquals(List.of("report 42 7"), all());
    }

    @Test
    void callersThatHeldLongestComeFirstAndEqualOnesByName() {
        totals.held("short", 1);
        totals.held("equal b", 5);
        totals.held("equal a", 5);
        totals.held("long", 9);
        totals.waited("only waited", 100);

        assertEquals(List.of("long 9 0", "equal a 5 0", "equal b 5 0", "short 1 0", "only waited 0 100"), all());
    }

    @Test
    void namesBeyondTheLimitCountTogether() {
        for (int i = 0; i < CallerTotals.NAMES; i++) totals.held("caller " + i, 1_000 + i);
        totals.held("one more", 3);
        totals.held("and another", 4);
        totals.held("caller 7", 500);

        List<String> all = all();
        assertEquals(CallerTotals.NAMES + 1, all.size());
        assertEquals("caller 7 1507 0", all.get(0));
        assertEquals("other 7 0", all.get(CallerTotals.NAMES));
    }

    private List<String> all() {
        return totals.all().stream().map(CallerTotalsTest::text).toList();
    }

    private static String text(CallerUsage usage) {
        return usage.getCaller() + " " + usage.getHeld().toNanos() + " "
                + usage.getWaited().toNanos();
    }
}
