package dev.rockpool.internal.budget;

import java.util.function.IntSupplier;

/** Every permit is granted, and none is asked for. */
final class Unlimited implements Allowance {
    @Override
    public boolean take(int callers) {
        return true;
    }

    @Override
    public void giveBack() {}

    @Override
    public void withdraw() {}

    @Override
    public int owed() {
        return 0;
    }

    @Override
    public int owedEvenIfLeased() {
        return 0;
    }

    @Override
    public void pays(int idle, IntSupplier retire) {}

    @Override
    public void leave() {}
}
