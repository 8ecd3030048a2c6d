package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.budget.BudgetMember;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import java.util.function.LongSupplier;

/** A pool as its budget sees it. The times are those of the keeper's last look. */
public final class StateMember implements BudgetMember {
    private final String name;
    private final PoolState<?> state;
    private final LongSupplier clock;
    private final Runnable keeper;

    /**
     * @param clock the pool's clock
     * @param keeper wakes the keeper
     */
    public StateMember(String name, PoolState<?> state, LongSupplier clock, Runnable keeper) {
        this.name = name;
        this.state = state;
        this.clock = clock;
        this.keeper = keeper;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int idle() {
        int count = 0;
        for (Slot<?> slot : state.slots().all()) if (slot.phase() == Phase.IDLE) count++;
        return count;
    }

    @Override
    public long longestIdle() {
        long longest = 0;
        long now = clock.getAsLong();
        for (Slot<?> slot : state.slots().all()) {
            if (slot.phase() == Phase.IDLE && slot.seenWord == slot.ticket()) {
                longest = Math.max(longest, now - slot.seenAt());
            }
        }
        return longest;
    }

    @Override
    public void wake() {
        keeper.run();
    }
}
