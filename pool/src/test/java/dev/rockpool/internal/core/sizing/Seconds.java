package dev.rockpool.internal.core.sizing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Builds the usage of a pool, second by second. */
final class Seconds {
    static final long SECOND = 1_000_000_000;
    private static final long MILLI = 1_000_000;

    private final List<Usage> all = new ArrayList<>();

    /** Adds so many seconds. In each as many leases begin as end, and each lease lasts so long. */
    Seconds add(int seconds, int leases, int millis) {
        return add(seconds, leases, leases, millis);
    }

    Seconds add(int seconds, double arrived, int ended, int millis) {
        for (int i = 0; i < seconds; i++) {
            all.add(new Usage(SECOND, arrived, ended, ended * millis * MILLI, 0, 0, 0, 0));
        }
        return this;
    }

    /** Callers wait for so long in each second: for a lease to end, and for a connect. */
    Seconds waiting(double exhausted, double opening) {
        all.replaceAll(each ->
                each.plus(new Usage(0, 0, 0, 0, Math.round(exhausted * SECOND), Math.round(opening * SECOND), 0, 0)));
        return this;
    }

    Seconds changeFirst(UnaryOperator<Usage> change) {
        all.set(0, change.apply(all.get(0)));
        return this;
    }

    List<Usage> all() {
        return all;
    }
}
