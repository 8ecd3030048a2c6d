package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.queue.Waiter.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallerClassesTest {
    private static final int SIZE = 4;

    private final TestPool pool = new TestPool(SIZE);
    private final CallerClasses<String> callers = pool.state.callers();

    @Test
    void aClassIsCreatedOnceAndFoundAgain() {
        assertFalse(pool.state.isLimited());
        CallerClass batch = pool.callers("batch", 3, 1);

        assertTrue(pool.state.isLimited());
        assertEquals("batch", batch.name());
        assertSame(batch, pool.callers("batch", 3, 1));
    }

    @Test
    void aClassIsNotCreatedAgainWithOtherLimits() {
        pool.callers("batch", 3, 1);
        String problem = "callers 'batch' exist with max 3 and reserved 1, so they cannot be created with ";

        assertEquals(
                List.of(problem + "max 2 and reserved 1; change their limits instead"), problems("batch", 2, 1, SIZE));
        assertEquals(
                List.of(problem + "max 3 and reserved 0; change their limits instead"), problems("batch", 3, 0, SIZE));
    }

    @Test
    void aClassWithProblemsIsNotCreated() {
        List<String> problems = new ArrayList<>();
        assertNull(callers.getOrCreate("batch", 0, 0, SIZE, problems));

        assertEquals(List.of("callers 'batch': max is 0 but must be at least 1"), problems);
        assertNotNull(pool.callers("batch", 1, 0));
    }

    @Test
    void eachWrongValueIsReported() {
        assertEquals(List.of("the name of the callers is ' ' but must not be blank"), problems(" ", 1, 0, SIZE));
        assertEquals(List.of("callers 'a': max is 0 but must be at least 1"), problems("a", 0, 1, SIZE));
        assertEquals(
                List.of("callers 'b': reserved is -1 but must be between 0 and max, which is 2"),
                problems("b", 2, -1, SIZE));
        assertEquals(
                List.of("callers 'c': reserved is 2 but must be between 0 and max, which is 1"),
                problems("c", 1, 2, SIZE));
    }

    @Test
    void theHighestReserveIsTheMaximum() {
        assertEquals(List.of(), problems("batch", 2, 2, SIZE));
    }

    @Test
    void thePoolMustHaveRoomForAllReserves() {
        pool.callers("batch", 4, 1);

        assertEquals(
                List.of("callers 'web': reserved is 4 but must be at most 3: of maxSize 4, 1 are reserved for others"),
                problems("web", 4, 4, SIZE));
        assertEquals(List.of(), problems("web", 4, 3, SIZE));
        assertEquals(List.of(), problems("noReserve", 4, 0, 2));
    }

    @Test
    void limitsAreChangedOnlyIfTheyHaveNoProblems() {
        CallerClass batch = pool.callers("batch", 4, 1);
        pool.callers("web", 4, 2);
        List<String> problems = new ArrayList<>();
        callers.limit(batch, 3, 2, SIZE, problems);
        assertEquals(List.of(), problems);
        assertEquals(3, batch.max());
        assertEquals(2, batch.reserved());

        callers.limit(batch, 4, 3, SIZE, problems);
        assertEquals(
                List.of(
                        "callers 'batch': reserved is 3 but must be at most 2: of maxSize 4, 2 are reserved for others"),
                problems);
        assertEquals(3, batch.max());
        assertEquals(2, batch.reserved());
    }

    @Test
    void allReservesAreAddedUp() {
        assertEquals(0, pool.state.reserved());
        assertFalse(pool.state.isLimited());
        pool.callers("batch", 4, 1);
        pool.callers("web", 4, 2);

        assertEquals(3, pool.state.reserved());
    }

    @Test
    void theUseOfAQuotaCountsLeasesAndWaiters() {
        CallerClass batch = pool.callers("batch", 2, 0);
        pool.callers("web", 4, 1);
        pool.lendTo(batch);
        pool.lendTo(batch);
        pool.waiterOf(batch);
        pool.lend();

        assertEquals(new QuotaCount(2, 0, 2, 1, 1, true), callers.count(batch, SIZE));
        assertEquals(new QuotaCount(4, 0, 1, 0, 1, true), callers.count(null, SIZE));
    }

    @Test
    void aHigherLimitServesCallersThatWereHeldBack() {
        CallerClass batch = pool.callers("batch", 1, 0);
        pool.lendTo(batch);
        TestWaiter waiter = pool.waiterOf(batch);
        assertEquals(Outcome.WAITING, waiter.outcome());
        callers.limit(batch, 2, 0, SIZE, new ArrayList<>());
        Actions<String> actions = callers.changed();

        assertEquals(List.of(waiter), TestPool.resumed(actions));
        assertTrue(actions.wakesKeeper());
    }

    @Test
    void aLargerPoolServesCallersThatReservesHeldBack() {
        pool.callers("web", 4, 3);
        pool.lend();
        TestWaiter waiter = pool.suspended();
        assertEquals(Outcome.WAITING, waiter.outcome());

        assertEquals(List.of(waiter), TestPool.resumed(pool.state.size(5)));
    }

    @Test
    void theSizeMattersOnlyToAPoolWithQuotas() {
        assertSame(Actions.none(), pool.state.size(5));
        assertFalse(pool.state.isLimited());
    }

    private List<String> problems(String name, int max, int reserved, int size) {
        List<String> problems = new ArrayList<>();
        CallerClass created = callers.getOrCreate(name, max, reserved, size, problems);
        assertEquals(problems.isEmpty(), created != null);
        return problems;
    }
}
