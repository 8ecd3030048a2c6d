package dev.rockpool;

import dev.rockpool.internal.budget.Ledger;
import dev.rockpool.internal.budget.SharedBudgets;
import java.util.List;

/**
 * A limit on the connections of several pools together, such as what one server allows one application.
 *
 * <p>Each connection of a pool with a budget needs a permit, from before its connect until it is closed. So at every
 * moment the pools together have at most {@link #getTotal} connections that are open, being opened or being closed. A
 * pool is never refused a permit below its guarantee. The others go to the pools whose callers wait: first to the one
 * with the fewest permits beyond its guarantee. If none is free, the pool with the connection that has been idle for
 * longest closes it. If none is idle, the pool with the most permits closes one on its return.
 *
 * <pre>{@code
 * var budget = new Budget(60);
 * var orders = PoolConfig.builder().name("orders").maxSize(50).budget(budget.share(10)).build();
 * var reports = PoolConfig.builder().name("reports").maxSize(50).budget(budget.share(0)).build();
 * }</pre>
 *
 * <p>A connect that exceeds {@code connectTimeout} gives its permit back at once, although the server may still accept
 * it; it is then closed. Thread-safe.
 */
public final class Budget {
    static {
        SharedBudgets.install(Budget::new);
    }

    private final Ledger ledger;

    private Budget(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * @param total the most connections of all pools together
     * @throws IllegalArgumentException if the total is less than 1
     */
    public Budget(int total) {
        if (total < 1) throw new IllegalArgumentException("total is " + total + " but must be at least 1");
        this.ledger = new Ledger(total);
    }

    /**
     * The most connections of all pools together. If the budget is that of several processes, the permits that this one
     * has now.
     */
    public int getTotal() {
        return ledger.total();
    }

    /**
     * Changes the total while pools run. If it is smaller than the number of connections, idle ones are closed now, and
     * leased ones when they are returned.
     *
     * @throws IllegalArgumentException if the total is less than 1, or less than the sum of the guarantees
     * @throws IllegalStateException if the budget is that of several processes
     */
    public void resize(int total) {
        if (ledger.source() != null) {
            throw new IllegalStateException("the total is that of several processes and cannot be changed by one");
        }
        int least = Math.max(1, ledger.guaranteed());
        if (total >= least && ledger.resize(total)) return;
        throw new IllegalArgumentException(
                "total is " + total + " but must be at least " + least + ", which is guaranteed to pools");
    }

    /** The permits in use. */
    public int getTaken() {
        return ledger.taken();
    }

    /** The permits of each running pool, in the order in which the pools were started. */
    public List<Use> getPools() {
        return ledger.accounts().stream()
                .map(each -> new Use(each.name(), each.guaranteed(), each.held(), each.wanted()))
                .toList();
    }

    /** A share without a guarantee. */
    public Share share() {
        return share(0);
    }

    /**
     * A share for one pool, to be set as {@code budget} in its settings.
     *
     * @param guaranteed how many connections the pool can always have
     * @throws IllegalArgumentException if the guarantee is negative or greater than the total
     */
    public Share share(int guaranteed) {
        return new Share(this, guaranteed);
    }

    private void check(int guaranteed) {
        int most = ledger.guaranteeable();
        if (guaranteed >= 0 && guaranteed <= most) return;
        String limit = ledger.source() == null ? "the total of the budget" : "what this process is guaranteed";
        throw new IllegalArgumentException("guaranteed is " + guaranteed + " but must be 0 to " + most + ", " + limit);
    }

    Ledger ledger() {
        return ledger;
    }

    @Override
    public String toString() {
        return "Budget[total=" + getTotal() + ", taken=" + getTaken() + "]";
    }

    /**
     * What one pool has of a budget. Immutable. Each pool that is created with it counts separately.
     *
     * @param budget the budget
     * @param guaranteed how many connections the pool can always have
     */
    public record Share(Budget budget, int guaranteed) {
        /** The same as {@link Budget#share(int)}. */
        public Share {
            budget.check(guaranteed);
        }

        @Override
        public String toString() {
            return guaranteed + " guaranteed of " + budget;
        }
    }

    /**
     * The permits of one pool at one moment.
     *
     * @param pool the name of the pool
     * @param guaranteed how many permits the pool can always have
     * @param taken the permits in use
     * @param wanted how many more its callers need and cannot have now
     */
    public record Use(String pool, int guaranteed, int taken, int wanted) {}
}
