package dev.rockpool.internal.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Priority;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShedTest {
    private final OverloadSettings settings = new OverloadSettings(100, 1_000);
    private final CoDel overload = new CoDel(settings);

    @Test
    void aWaitOfExactlyTheTargetIsNotTooLong() {
        overload.served(300, 400);
        assertFalse(overload.sheds(1_300, 1_400));
        assertTrue(overload.sheds(1_300, 2_400));
    }

    @Test
    void overloadBeginsWhenTheFirstOfTheseWaitsExceededTheTarget() {
        overload.served(300, 450);

        assertFalse(overload.sheds(1_100, 1_399));
        assertTrue(overload.sheds(1_100, 1_400));
    }

    @Test
    void evidenceWithinTheIntervalContinuesTheOverload() {
        overload.served(300, 450);

        assertEquals(1_550, overload.due(1_350));
        assertEquals(2_451, overload.due(1_351));
    }

    @Test
    void aShedWaiterLearnsHowLongItAndTheOverloadLasted() {
        PriorityQueues<String> queue = new PriorityQueues<>();
        LoadShedder<String> shedder = new LoadShedder<>(settings, queue);
        assertSame(settings, shedder.settings());
        Waiter<String> waiter = TestWaiter.of(Priority.LOW, 500);
        queue.append(waiter);

        assertEquals(List.of(), shedder.shed(1_599));
        assertEquals(List.of(waiter), shedder.shed(1_600));

        Shed shed = assertInstanceOf(Shed.class, waiter.failure());
        assertEquals(100, shed.target());
        assertEquals(1_100, shed.waited());
        assertEquals(1_000, shed.overloadedFor());
        assertEquals(0, queue.size());
    }
}
