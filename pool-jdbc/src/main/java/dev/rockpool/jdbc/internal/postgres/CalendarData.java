package dev.rockpool.jdbc.internal.postgres;

import java.util.GregorianCalendar;

/**
 * The JDK's calendar data, which PostgreSQL's driver needs for its first connection. The JDK loads it once for each
 * thread that asks at the same time, and then the JIT compiler works on it for long. Here the first connect loads it,
 * and the others wait.
 */
final class CalendarData {
    static {
        new GregorianCalendar();
    }

    private CalendarData() {}

    static void load() {}
}
