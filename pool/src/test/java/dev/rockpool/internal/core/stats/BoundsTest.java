package dev.rockpool.internal.core.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BoundsTest {
    private static final long MICRO = 1_000;
    private static final long MINUTE = 60_000_000_000L;

    @Test
    void anotherBoundIsPutInOrder() {
        for (long own : new long[] {1, 99 * MICRO, 300 * MICRO, MINUTE - 1, MINUTE + 1}) {
            long[] expected = LongStream.concat(LongStream.of(Bounds.SHORT), LongStream.of(own))
                    .sorted()
                    .toArray();

            assertArrayEquals(expected, Bounds.shortAnd(own));
        }
    }

    @Test
    void aBoundThatIsThereAlreadyAddsNothing() {
        assertSame(Bounds.SHORT, Bounds.shortAnd(100 * MICRO));
        assertSame(Bounds.SHORT, Bounds.shortAnd(MINUTE));
    }
}
