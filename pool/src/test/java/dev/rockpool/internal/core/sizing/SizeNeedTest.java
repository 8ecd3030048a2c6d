package dev.rockpool.internal.core.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** How many connections a load needs, so that at most one caller in ten waits. */
class SizeNeedTest {
    @Test
    void theNeedIsTheSmallestSizeWithWhichOneCallerInTenWaits() {
        for (double load = 0.05; load < 60; load += 0.35) {
            assertEquals(smallest(load), SizeAdvisor.needed(load), "load " + load);
        }
    }

    @Test
    void aLoadOfWholeConnectionsNeedsMoreThanThem() {
        assertEquals(3, SizeAdvisor.needed(1));
        assertEquals(8, SizeAdvisor.needed(4));
        assertEquals(16, SizeAdvisor.needed(10));
    }

    @Test
    void withoutLoadOneConnectionIsEnough() {
        assertEquals(1, SizeAdvisor.needed(0));
    }

    private static int smallest(double load) {
        int size = 1;
        while (load >= size || waiting(size, load) > 0.1) size++;
        return size;
    }

    /** Erlang's formula C as in the books, as a sum over the number of leases. */
    private static double waiting(int size, double load) {
        double term = 1;
        double sum = 0;
        for (int i = 1; i <= size; i++) {
            sum += term;
            term *= load / i;
        }
        double all = term * size / (size - load);
        return all / (sum + all);
    }
}
