package dev.rockpool.dashboard.internal.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts wrong tokens by the address that sent them. With too many within a minute, the address is locked until that
 * minute is over. Thread-safe.
 */
final class WrongTokens {
    static final int MOST = 100;
    private static final int MOST_ADDRESSES = 1024;
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoClock;
    private final Map<String, Minute> byAddress = new LinkedHashMap<>();

    private static final class Minute {
        final long since;
        int count;

        Minute(long since) {
            this.since = since;
        }
    }

    WrongTokens(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Whether tokens from this address are refused, right ones too. */
    synchronized boolean areTooMany(String address) {
        Minute minute = byAddress.get(address);
        return minute != null && !isOver(minute) && minute.count >= MOST;
    }

    /** Counts a wrong token. True if this one locks the address. */
    synchronized boolean add(String address) {
        Minute minute = byAddress.get(address);
        if (minute == null || isOver(minute)) {
            byAddress.remove(address); // so that the oldest minute comes first
            minute = new Minute(nanoClock.getAsLong());
            byAddress.put(address, minute);
            if (byAddress.size() > MOST_ADDRESSES)
                byAddress.remove(byAddress.keySet().iterator().next());
        }
        return ++minute.count == MOST;
    }

    private boolean isOver(Minute minute) {
        return nanoClock.getAsLong() - minute.since > MINUTE;
    }
}
