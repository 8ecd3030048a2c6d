package dev.rockpool.dashboard.internal.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts wrong tokens, by the address that sent them and in all. Beyond the limit of a minute they are refused until that
 * minute is over. Right tokens are not affected, so nobody can lock others out. Thread-safe.
 */
final class WrongTokens {
    static final int MOST = 100;
    static final int MOST_OF_ALL = 1000;
    private static final int MOST_ADDRESSES = 1024;
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoClock;
    private final Map<String, Minute> byAddress = new LinkedHashMap<>();
    private Minute all;

    private static final class Minute {
        final long since;
        int count;

        Minute(long since) {
            this.since = since;
        }
    }

    WrongTokens(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.all = new Minute(nanoClock.getAsLong());
    }

    /** Counts a wrong token. Returns for how many seconds more of them are refused, this one included; 0 if it is not. */
    synchronized int add(String address) {
        long now = nanoClock.getAsLong();
        if (now - all.since >= MINUTE) all = new Minute(now);
        Minute own = byAddress.get(address);
        if (own == null || now - own.since >= MINUTE) {
            byAddress.remove(address); // so that the oldest minute comes first
            own = new Minute(now);
            byAddress.put(address, own);
            if (byAddress.size() > MOST_ADDRESSES)
                byAddress.remove(byAddress.keySet().iterator().next());
        }
        own.count++;
        all.count++;
        return Math.max(secondsLeft(own, MOST, now), secondsLeft(all, MOST_OF_ALL, now));
    }

    /** Whether the last wrong token of this address was its first one in a minute, so that it is worth a line in the log. */
    synchronized boolean isFirst(String address) {
        Minute own = byAddress.get(address);
        return own != null && own.count == 1;
    }

    /** Whether it was the first one too many, which is worth a line, too. */
    synchronized boolean isFirstTooMany(String address) {
        Minute own = byAddress.get(address);
        return own != null && own.count == MOST + 1 || all.count == MOST_OF_ALL + 1;
    }

    /** How many addresses are counted on their own. */
    synchronized int addresses() {
        return byAddress.size();
    }

    private static int secondsLeft(Minute minute, int most, long now) {
        if (minute.count <= most) return 0;
        return (int) ((minute.since + MINUTE - now + SECOND - 1) / SECOND);
    }
}
