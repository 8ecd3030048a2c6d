package dev.rockpool.internal.budget;

import java.util.function.Function;

/**
 * Creates a {@code Budget} for a ledger whose permits come from elsewhere. It keeps that constructor out of the API, and
 * this package independent of the class, which installs its constructor when it is initialized.
 */
public final class SharedBudgets {
    private static volatile Function<Ledger, Object> constructor;

    private SharedBudgets() {}

    public static void install(Function<Ledger, Object> budget) {
        constructor = budget;
    }

    /** A budget for this ledger. The class {@code Budget} must be initialized. */
    public static Object of(Ledger ledger) {
        return constructor.apply(ledger);
    }
}
