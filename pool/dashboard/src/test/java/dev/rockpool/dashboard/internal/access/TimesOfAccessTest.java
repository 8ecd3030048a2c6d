package dev.rockpool.dashboard.internal.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long sessions and locks last. */
class TimesOfAccessTest {
    private long now = -5;
    private final Sessions sessions = new Sessions(() -> now);
    private final WrongTokens wrong = new WrongTokens(() -> now);

    @Test
    void aSessionLastsTwelveHours() {
        String key = sessions.begin("Ada", Role.VIEW);
        Identity found = sessions.find(key);
        now += TimeUnit.HOURS.toNanos(12);
        assertTrue(sessions.isOpen(found.session()));
        assertEquals("Ada", sessions.find(key).name());
        now++;
        assertFalse(sessions.isOpen(found.session()));
        assertNull(sessions.find(key));
    }

    @Test
    void theSixtyFifthSessionEndsTheOldest() {
        String first = sessions.begin("first", Role.VIEW);
        String second = sessions.begin("second", Role.VIEW);
        for (int i = 0; i < 63; i++) sessions.begin("other", Role.VIEW);
        assertNull(sessions.find(first));
        assertNotNull(sessions.find(second));
    }

    @Test
    void wrongTokensOfAnAddressAreRefusedUntilTheirMinuteIsOver() {
        for (int i = 0; i < WrongTokens.MOST; i++) {
            assertEquals(0, wrong.add("::1"));
            assertEquals(i == 0, wrong.isFirst("::1"));
        }
        assertEquals(60, wrong.add("::1"));
        assertTrue(wrong.isFirstTooMany("::1"));
        assertEquals(0, wrong.add("::2"), "another address");
        now += TimeUnit.MILLISECONDS.toNanos(58_500);
        assertEquals(2, wrong.add("::1"));
        assertFalse(wrong.isFirstTooMany("::1"));
        now += TimeUnit.MILLISECONDS.toNanos(1500) - 1;
        assertEquals(1, wrong.add("::1"));
        now++;
        assertEquals(0, wrong.add("::1"), "it counts anew");
    }

    @Test
    void wrongTokensOfAllAddressesTogetherAreLimitedToo() {
        for (int i = 0; i < WrongTokens.MOST_OF_ALL; i++) assertEquals(0, wrong.add("address " + i % 20));
        now += TimeUnit.SECONDS.toNanos(20);
        assertEquals(40, wrong.add("a new address"));
        assertTrue(wrong.isFirstTooMany("a new address"));
        now += TimeUnit.SECONDS.toNanos(40);
        assertEquals(0, wrong.add("a new address"));
    }

    @Test
    void theOldestOf1025AddressesIsForgotten() {
        for (int i = 0; i < 1025; i++) wrong.add("address " + i);
        assertEquals(1024, wrong.addresses());
    }
}
