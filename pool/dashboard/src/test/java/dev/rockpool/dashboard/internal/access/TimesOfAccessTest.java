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
    void aLockEndsWithItsMinute() {
        for (int i = 1; i < WrongTokens.MOST; i++) assertFalse(wrong.add("::1"));
        assertFalse(wrong.areTooMany("::1"));
        assertTrue(wrong.add("::1"));
        assertTrue(wrong.areTooMany("::1"));
        assertFalse(wrong.areTooMany("::2"));
        now += TimeUnit.MINUTES.toNanos(1);
        assertTrue(wrong.areTooMany("::1"));
        now++;
        assertFalse(wrong.areTooMany("::1"));
        assertFalse(wrong.add("::1"), "it counts anew");
    }

    @Test
    void theOldestOf1025AddressesIsForgotten() {
        for (int i = 0; i < WrongTokens.MOST; i++) wrong.add("first");
        for (int i = 0; i < WrongTokens.MOST; i++) wrong.add("second");
        for (int i = 0; i < 1023; i++) wrong.add("other " + i);
        assertFalse(wrong.areTooMany("first"));
        assertTrue(wrong.areTooMany("second"));
    }
}
