package dev.rockpool.internal.budget;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The permits that several pools share. At every moment they hold no more permits than the total, and each pool can
 * have its guarantee. A new or larger guarantee holds once the other pools have given up enough for it. {@link FairShare}
 * decides which pool is served, and which one gives up permits.
 *
 * <p><b>A source.</b> The permits can come from a {@link PermitSource}, such as a coordinator of several processes. Then
 * the total is what this process has now. While it is less than the guarantees, all pools are treated alike.
 *
 * <p>Thread-safe. Pools and the source are woken outside the lock.
 */
public final class Ledger {
    private final ReentrantLock lock = new ReentrantLock();
    private final FairShare share;

    /** Null if the total is fixed. */
    private final PermitSource source;

    /** The most that can be guaranteed to pools, if there is a source. */
    private final int guaranteeable;

    private long needs;

    /** @param total the most permits that all pools hold together; at least 1 */
    public Ledger(int total) {
        this.share = new FairShare(total);
        this.source = null;
        this.guaranteeable = total;
    }

    /**
     * A ledger without permits, which come from this source.
     *
     * @param guaranteeable the most that can be guaranteed to pools
     */
    public Ledger(PermitSource source, int guaranteeable) {
        this.share = new FairShare(0);
        this.source = source;
        this.guaranteeable = guaranteeable;
    }

    /** Where the permits come from; null if their number is fixed. */
    public PermitSource source() {
        return source;
    }

    /** The most that can be guaranteed to pools. */
    public int guaranteeable() {
        return locked(this::mostGuaranteed);
    }

    public int total() {
        return locked(share::total);
    }

    /** How many permits are in use. */
    public int taken() {
        return locked(share::held);
    }

    /** The sum of all guarantees. */
    public int guaranteed() {
        return locked(share::guaranteed);
    }

    /** One line for each pool. */
    public List<AccountInfo> accounts() {
        return locked(() -> share.accounts().stream()
                .map(each -> new AccountInfo(each.member.name(), each.guaranteed, each.held, each.wanted))
                .toList());
    }

    /** Adds a pool. Returns null if the total is too small for its guarantee beside the others. */
    public Account join(BudgetMember member, int guaranteed) {
        return andWake(wakes -> {
            if (share.guaranteed() + guaranteed > mostGuaranteed()) return null;
            Account account = new Account(this, member, guaranteed);
            share.add(account);
            share.settle(wakes);
            return account;
        });
    }

    /** Changes the guarantee of a pool. Returns false if the total is too small for it. */
    public boolean guarantee(Account account, int guaranteed) {
        return andWake(wakes -> {
            if (share.guaranteed() - account.guaranteed + guaranteed > mostGuaranteed()) return false;
            account.guaranteed = guaranteed;
            share.settle(wakes);
            return true;
        });
    }

    /**
     * Changes the total. If it shrinks, pools give up idle connections now and leased ones on their return. Returns
     * false if it is too small for the guarantees.
     */
    public boolean resize(int total) {
        return andWake(wakes -> {
            if (source != null || share.guaranteed() > total) return false;
            share.total(total);
            share.settle(wakes);
            return true;
        });
    }

    /** Adds permits that the source has got. */
    public void add(int permits) {
        andWake(wakes -> {
            share.total(share.total() + permits);
            share.settle(wakes);
            return true;
        });
    }

    /** Grants no permit until {@link #resume}. What pools have they keep, but permits that are not in use are gone. */
    public void suspend() {
        locked(() -> {
            share.suspended(true);
            share.total(Math.min(share.total(), share.held()));
            return null;
        });
    }

    /** Goes on with this total. If it is smaller than what pools have, they give up idle connections, then leased ones. */
    public void resume(int total) {
        andWake(wakes -> {
            share.suspended(false);
            share.total(total);
            share.settle(wakes);
            return true;
        });
    }

    /** How many permits are missing for the callers that wait and for the guarantees. Negative if there are too many. */
    public int lacking() {
        return locked(share::lacking);
    }

    /**
     * Lowers the total by permits that are not in use, not needed and not guaranteed to pools.
     *
     * @param least the total stays at least this
     * @return the total
     */
    public int dropUnused(int least) {
        return locked(() -> {
            int total = share.total();
            share.total(Math.min(total, Math.max(least, total + share.lacking())));
            return share.total();
        });
    }

    /**
     * Lowers the total even if all permits are in use. Pools give up idle connections, then leased ones on their return.
     *
     * @param least the total stays at least this
     * @return the total
     */
    public int drop(int permits, int least) {
        return andWake(wakes -> {
            int total = share.total();
            share.total(Math.min(total, Math.max(least, total - permits)));
            share.settle(wakes);
            return share.total();
        });
    }

    /** How many connections beyond the guarantees are idle, in pools that have one which is idle for this time. */
    public int longIdle(long nanos) {
        return locked(() -> {
            int sum = 0;
            for (Account account : share.accounts()) {
                if (account.isInNeed() || account.member.longestIdle() < nanos) continue;
                sum += Math.max(0, Math.min(account.member.idle(), account.excess()));
            }
            return sum;
        });
    }

    boolean take(Account account, int callers) {
        return andWake(wakes -> {
            if (share.isNext(account)) {
                account.held++;
                account.noLongerInNeed();
                return true;
            }
            if (callers > 0) {
                if (!account.isInNeed()) account.since = needs++;
                account.wanted = callers;
                account.refusals++;
                share.ask(wakes);
            }
            return false;
        });
    }

    /** Whether there are enough permits for all guarantees. */
    boolean keepsGuarantees() {
        return source == null || share.total() >= share.guaranteed();
    }

    void giveBack(Account account) {
        andWake(wakes -> {
            account.paid();
            share.settle(wakes);
            return true;
        });
    }

    void withdraw(Account account) {
        andWake(wakes -> {
            if (account.isInNeed()) {
                account.noLongerInNeed();
                share.settle(wakes);
            }
            return true;
        });
    }

    int owed(Account account) {
        return locked(() -> account.askedIdle + account.askedAny);
    }

    int owedEvenIfLeased(Account account) {
        return locked(() -> account.askedAny);
    }

    void pays(Account account, int idle, IntSupplier retire) {
        locked(() -> {
            account.gives(idle, retire.getAsInt());
            account.since = needs++; // a pool that has just given waits behind those in need
            return null;
        });
    }

    void leave(Account account) {
        andWake(wakes -> {
            if (share.remove(account)) share.settle(wakes);
            return true;
        });
    }

    private int mostGuaranteed() {
        return source == null ? share.total() : guaranteeable;
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }

    private <T> T andWake(Function<List<Account>, T> change) {
        List<Account> wakes = new ArrayList<>(0);
        boolean[] lacks = new boolean[1];
        T done = locked(() -> {
            T result = change.apply(wakes);
            lacks[0] = source != null && share.lacking() > 0;
            return result;
        });
        for (Account account : wakes) account.member.wake();
        if (lacks[0]) source.needed();
        return done;
    }
}
