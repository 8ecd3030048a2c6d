package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.budget.Allowance;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** A budget that the test controls, and that remembers what it was asked and told. */
final class TestAllowance implements Allowance {
    int permits = Integer.MAX_VALUE;
    int owed;
    int owedEvenIfLeased;
    int withdrawals;

    /** For how many callers each permit was asked. */
    final List<Integer> asked = new ArrayList<>();

    /** What the pool gave up: idle connections, and leased ones. */
    final List<Integer> paid = new ArrayList<>();

    @Override
    public boolean take(int callers) {
        asked.add(callers);
        if (permits == 0) return false;
        permits--;
        return true;
    }

    @Override
    public void giveBack() {
        permits++;
    }

    @Override
    public void withdraw() {
        withdrawals++;
    }

    @Override
    public int owed() {
        return owed;
    }

    @Override
    public int owedEvenIfLeased() {
        return owedEvenIfLeased;
    }

    @Override
    public void pays(int idle, IntSupplier retire) {
        paid.add(idle);
        paid.add(retire.getAsInt());
    }

    @Override
    public void leave() {
        throw new AssertionError("the pool has not ended");
    }
}
