package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.queue.Waiter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActionsTest {
    private final List<Waiter<String>> waiters = List.of(waiter(), waiter(), waiter());
    private final Actions<String> actions = new Actions<>();

    @Test
    void theOnlyWaiterNeedsNoList() {
        actions.reserve();
        actions.resume(waiters.get(0));

        assertSame(waiters.get(0), actions.first());
        assertEquals(List.of(), actions.others());
    }

    @Test
    void waitersAreResumedInTheOrderInWhichTheyWereAdded() {
        for (Waiter<String> waiter : waiters) {
            actions.reserve();
            actions.resume(waiter);
        }
        assertEquals(waiters, TestPool.resumed(actions));
    }

    @Test
    void aListOfWaitersIsAppended() {
        actions.resume(waiters.get(0));
        actions.resume(waiters.subList(1, 3));

        assertEquals(waiters, TestPool.resumed(actions));
    }

    @Test
    void aWaiterThatIsAddedToAListIsResumedAfterIt() {
        Actions<String> expired = Actions.resuming(new ArrayList<>(waiters.subList(0, 2)));
        expired.resume(waiters.get(2));

        assertNull(expired.first());
        assertEquals(waiters, expired.others());
    }

    @Test
    void nobodyToResumeIsNothingToDo() {
        assertSame(Actions.none(), Actions.resuming(List.of()));
    }

    private static Waiter<String> waiter() {
        return TestWaiter.suspended(0);
    }
}
