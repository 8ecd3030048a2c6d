package dev.rockpool.internal.core.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.SlowLease;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LongestLeasesTest {
    private final LongestLeases leases = new LongestLeases();

    @Test
    void theLongestComesFirst() {
        leases.look();
        leases.seen(1, 10, "a", "thread 1", 300);
        leases.seen(2, 20, "b", "thread 2", 500);
        leases.seen(3, 30, "c", "thread 3", 400);

        assertEquals(List.of("2 b thread 2 500 active", "3 c thread 3 400 active", "1 a thread 1 300 active"), all());
    }

    @Test
    void aLeaseThatIsSeenAgainReplacesItsEarlierEntry() {
        leases.look();
        leases.seen(1, 10, "a", "h", 300);
        leases.look();
        leases.seen(1, 10, "a", "h", 400);

        assertEquals(List.of("1 a h 400 active"), all());
    }

    @Test
    void laterLeasesOfAConnectionAndSameTicketsOfOthersAreLeasesOfTheirOwn() {
        leases.look();
        leases.seen(1, 10, "a", "h", 300);
        leases.seen(1, 11, "a", "h", 200);
        leases.seen(2, 10, "a", "h", 100);

        assertEquals(List.of("1 a h 300 active", "1 a h 200 active", "2 a h 100 active"), all());
    }

    @Test
    void aLeaseThatTheLatestLookDidNotSeeIsOver() {
        leases.look();
        leases.seen(1, 10, "a", "h", 300);
        leases.seen(2, 20, "b", "h", 250);
        leases.look();
        leases.seen(2, 20, "b", "h", 280);

        assertEquals(List.of("1 a h 300 over", "2 b h 280 active"), all());
    }

    @Test
    void onlyTheSixteenLongestAreKept() {
        leases.look();
        for (int i = 1; i <= 20; i++) leases.seen(i, i, "a", "h", 7 * i % 20 + 1);

        assertEquals(
                IntStream.rangeClosed(5, 20).mapToObj(each -> (long) 25 - each).toList(),
                leases.all().stream().map(each -> each.getHeld().toNanos()).toList());
    }

    private List<String> all() {
        return leases.all().stream().map(LongestLeasesTest::text).toList();
    }

    private static String text(SlowLease lease) {
        return lease.getConnection() + " " + lease.getCaller() + " " + lease.getHolder() + " "
                + lease.getHeld().toNanos() + (lease.isActive() ? " active" : " over");
    }
}
