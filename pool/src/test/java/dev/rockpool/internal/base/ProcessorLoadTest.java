package dev.rockpool.internal.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProcessorLoadTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long used = 0;
    private int processors = 2;
    private boolean isForbidden = false;
    private final ProcessorLoad load = new ProcessorLoad(0) {
        @Override
        long used() {
            if (isForbidden) throw new UnsupportedOperationException("no processes here");
            return used;
        }

        @Override
        int processors() {
            return processors;
        }
    };

    /** The first look has nothing to compare with. */
    @BeforeEach
    void looksOnce() {
        load.look(SECOND);
    }

    @Test
    void processorsAreBusyIfNearlyAllTheirTimeIsUsed() {
        used += 18 * SECOND / 10;
        load.look(2 * SECOND);
        assertEquals(2, load.getAsInt());

        used += 6 * SECOND / 10;
        load.look(3 * SECOND);
        assertEquals(0, load.getAsInt());
    }

    @Test
    void theNumberOfProcessorsMayChange() {
        processors = 1;
        used += SECOND;
        load.look(2 * SECOND);
        assertEquals(1, load.getAsInt());
    }

    @Test
    void aLookShortlyAfterTheLastOneMeasuresNothing() {
        used += 2 * SECOND;
        load.look(SECOND + 1);
        assertEquals(0, load.getAsInt());
    }

    @Test
    void aLoadThatIsUnknownIsNotHigh() {
        used = -1;
        load.look(2 * SECOND);
        used = 100 * SECOND; // all that this process ever used
        load.look(3 * SECOND);
        assertEquals(0, load.getAsInt());
    }

    @Test
    void aLookThatIsForbiddenFailsNoCaller() {
        used += 2 * SECOND;
        load.look(2 * SECOND);
        isForbidden = true;
        load.look(3 * SECOND);
        assertEquals(0, load.getAsInt());
    }

    @Test
    void aComputingProcessIsNoticed() {
        ProcessorLoad own = new ProcessorLoad(System.nanoTime()) {
            @Override
            int processors() {
                return 1;
            }
        };
        long end = System.nanoTime() + 10 * SECOND;
        while (own.getAsInt() == 0 && System.nanoTime() < end) own.look(System.nanoTime());
        assertEquals(1, own.getAsInt());
    }
}
