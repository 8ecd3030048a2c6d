package dev.rockpool.internal.core.lending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.rockpool.ReusePolicy;
import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.PriorityQueues;
import dev.rockpool.internal.core.queue.TestWaiter;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares quotas with a list of leases that is counted in the simplest way. */
class QuotasModelTest {
    private static final int SIZE = 8;

    private record Lease(CallerClass callers, Slot<String> slot, long ticket) {}

    private final Random random = new Random(42);
    private final Slots<String> slots = new Slots<>(SIZE, ReusePolicy.AFFINE);
    private final Quotas<String> quotas = new Quotas<>(slots, SIZE);
    private final PriorityQueues<String> queue = new PriorityQueues<>();
    private final List<CallerClass> classes = new ArrayList<>();
    private final List<Lease> leases = new ArrayList<>();

    @Test
    void quotasAgreeWithAListOfLeasesAndWaiters() {
        for (Slot<String> slot : slots.all()) TestPool.open(slot, 0);
        for (String name : List.of("batch", "web", "admin")) classes.add(new CallerClass(name, SIZE, 0));
        classes.forEach(quotas::add);
        classes.add(null);
        for (int step = 0; step < 1_500; step++) {
            change();
            compare("step " + step);
        }
    }

    private void change() {
        CallerClass callers = classes.get(random.nextInt(classes.size()));
        switch (random.nextInt(6)) {
            case 0, 1 -> lend(callers);
            case 2 -> release();
            case 3 -> queue.append(TestWaiter.of(callers, 0));
            case 4 -> {
                if (queue.size() > 0) queue.remove(queue.head());
            }
            default -> {
                if (callers != null) limit(callers);
            }
        }
    }

    private void lend(CallerClass callers) {
        Slot<String> slot = slots.lendAny();
        if (slot == null) return;
        quotas.granted(callers, slot, slot.ticket());
        leases.add(new Lease(callers, slot, slot.ticket()));
    }

    private void release() {
        if (leases.isEmpty()) return;
        Lease ended = leases.remove(random.nextInt(leases.size()));
        ended.slot.release(ended.ticket);
    }

    private void limit(CallerClass callers) {
        int max = 1 + random.nextInt(SIZE);
        callers.limit(max, random.nextInt(Math.min(max, 3) + 1));
    }

    private void compare(String when) {
        List<CallerClass> held = new ArrayList<>();
        for (Lease lease : leases) held.add(lease.callers);
        for (CallerClass callers : classes) {
            assertEquals(use(held, callers), quotas.use(queue.all(), callers), when);
            assertEquals(waiting(callers), Quotas.waiting(queue, callers), when);
        }
        assertSame(first(held), quotas.head(queue, null), when);
        int servable = servable(held);
        assertEquals(servable, quotas.servable(queue), when);
        assertEquals(servable, quotas.servable(queue), "again, " + when);
    }

    private QuotaCount use(List<CallerClass> held, CallerClass callers) {
        int max = callers == null ? SIZE : callers.max();
        int reserved = callers == null ? 0 : callers.reserved();
        int leased = Collections.frequency(held, callers);
        return new QuotaCount(max, reserved, leased, waiting(callers), spared(held, callers), !allows(held, callers));
    }

    private int waiting(CallerClass callers) {
        return (int) queue.all().stream().filter(w -> w.callers() == callers).count();
    }

    private boolean allows(List<CallerClass> held, CallerClass callers) {
        int leased = Collections.frequency(held, callers);
        if (callers != null && leased >= callers.max()) return false;
        if (callers != null && leased < callers.reserved()) return true;
        int spared = spared(held, callers);
        return spared == 0 || SIZE - held.size() > spared;
    }

    /** How many places must be left for the other classes. */
    private int spared(List<CallerClass> held, CallerClass callers) {
        int spared = 0;
        for (CallerClass other : classes) {
            if (other == null || other == callers) continue;
            spared += Math.max(0, other.reserved() - Collections.frequency(held, other));
        }
        return spared;
    }

    private Waiter<String> first(List<CallerClass> held) {
        for (Waiter<String> waiter : queue.all()) if (allows(held, waiter.callers())) return waiter;
        return null;
    }

    /** Serves the waiters in order, as if there were always a slot. */
    private int servable(List<CallerClass> held) {
        List<CallerClass> then = new ArrayList<>(held);
        for (Waiter<String> waiter : queue.all()) if (allows(then, waiter.callers())) then.add(waiter.callers());
        return then.size() - held.size();
    }
}
