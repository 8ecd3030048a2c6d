package dev.rockpool.internal.budget;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The permits that several pools share. At every moment they hold no more permits than the total, and each pool can
 * have its guarantee. A new or larger guarantee holds once the other pools have given up enough for it.
 *
 * <p><b>Who is served.</b> Permits beyond the guarantees go to pools whose callers wait: first to the pool that has the
 * fewest beyond its guarantee, then to the one that has waited longest.
 *
 * <p><b>Who gives up.</b> If no permit is free, the pool with the connection that has been idle for longest is asked.
 * If none is idle, the pool with the most permits beyond its guarantee gives up a leased connection on its return, as
 * long as that brings the two pools closer together. A pool without any connection gets its turn even then, after it
 * was refused {@value #PATIENCE} times.
 *
 * <p><b>A source.</b> The permits can come from a {@link PermitSource}, such as a coordinator of several processes. Then
 * the total is what this process has now. While it is less than the guarantees, all pools are treated alike.
 *
 * <p>Thread-safe. Pools and the source are woken outside the lock.
 */
public final class Ledger {
    /** A pool asks every 25 ms while its callers wait, so this is about a tenth of a second. */
    static final int PATIENCE = 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Account> accounts = new ArrayList<>();
    /** Null if the total is fixed. */
    private final PermitSource source;

    /** The most that can be guaranteed to pools, if there is a source. */
    private final int guaranteeable;

    private int total;
    private boolean suspended;
    private long needs;

    /** @param total the most permits that all pools hold together; at least 1 */
    public Ledger(int total) {
        this.total = total;
        this.source = null;
        this.guaranteeable = total;
    }

    /**
     * A ledger without permits, which come from this source.
     *
     * @param guaranteeable the most that can be guaranteed to pools
     */
    public Ledger(PermitSource source, int guaranteeable) {
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
        return locked(() -> total);
    }

    /** How many permits are in use. */
    public int taken() {
        return locked(this::allHeld);
    }

    /** The sum of all guarantees. */
    public int guaranteed() {
        return locked(this::allGuaranteed);
    }

    /** One line for each pool. */
    public List<AccountInfo> accounts() {
        return locked(() -> accounts.stream()
                .map(each -> new AccountInfo(each.member.name(), each.guaranteed, each.held, each.wanted))
                .toList());
    }

    /** Adds a pool. Returns null if the total is too small for its guarantee beside the others. */
    public Account join(BudgetMember member, int guaranteed) {
        return andWake(wakes -> {
            if (allGuaranteed() + guaranteed > mostGuaranteed()) return null;
            Account account = new Account(this, member, guaranteed);
            accounts.add(account);
            settle(wakes);
            return account;
        });
    }

    /** Changes the guarantee of a pool. Returns false if the total is too small for it. */
    public boolean guarantee(Account account, int guaranteed) {
        return andWake(wakes -> {
            if (allGuaranteed() - account.guaranteed + guaranteed > mostGuaranteed()) return false;
            account.guaranteed = guaranteed;
            settle(wakes);
            return true;
        });
    }

    /**
     * Changes the total. If it shrinks, pools give up idle connections now and leased ones on their return. Returns
     * false if it is too small for the guarantees.
     */
    public boolean resize(int total) {
        return andWake(wakes -> {
            if (source != null || allGuaranteed() > total) return false;
            this.total = total;
            settle(wakes);
            return true;
        });
    }

    /** Adds permits that the source has got. */
    public void add(int permits) {
        andWake(wakes -> {
            total += permits;
            settle(wakes);
            return true;
        });
    }

    /** Grants no permit until {@link #resume}. What pools have they keep, but permits that are not in use are gone. */
    public void suspend() {
        locked(() -> {
            suspended = true;
            total = Math.min(total, allHeld());
            return null;
        });
    }

    /** Goes on with this total. If it is smaller than what pools have, they give up idle connections, then leased ones. */
    public void resume(int total) {
        andWake(wakes -> {
            suspended = false;
            this.total = total;
            settle(wakes);
            return true;
        });
    }

    /** How many permits are missing for the callers that wait and for the guarantees. Negative if there are too many. */
    public int lacking() {
        return locked(this::allLacking);
    }

    /**
     * Lowers the total by permits that are not in use, not needed and not guaranteed to pools.
     *
     * @param least the total stays at least this
     * @return the total
     */
    public int dropUnused(int least) {
        return locked(() -> {
            total = Math.min(total, Math.max(least, total + allLacking()));
            return total;
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
            total = Math.min(total, Math.max(least, total - permits));
            settle(wakes);
            return total;
        });
    }

    /** How many connections beyond the guarantees are idle, in pools that have one which is idle for this time. */
    public int longIdle(long nanos) {
        return locked(() -> {
            int sum = 0;
            for (Account account : accounts) {
                if (account.isInNeed() || account.member.longestIdle() < nanos) continue;
                sum += Math.max(0, Math.min(account.member.idle(), account.excess()));
            }
            return sum;
        });
    }

    boolean take(Account account, int callers) {
        return andWake(wakes -> {
            if (isNext(account)) {
                account.held++;
                account.noLongerInNeed();
                return true;
            }
            if (callers > 0) {
                if (!account.isInNeed()) account.since = needs++;
                account.wanted = callers;
                account.refusals++;
                ask(wakes);
            }
            return false;
        });
    }

    /** Whether there are enough permits for all guarantees. */
    boolean keepsGuarantees() {
        return source == null || total >= allGuaranteed();
    }

    void giveBack(Account account) {
        andWake(wakes -> {
            account.paid();
            settle(wakes);
            return true;
        });
    }

    void withdraw(Account account) {
        andWake(wakes -> {
            if (account.isInNeed()) {
                account.noLongerInNeed();
                settle(wakes);
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

    void pays(Account account, int idle, int leased) {
        locked(() -> {
            account.gives(idle, leased);
            account.since = needs++; // a pool that has just given waits behind those in need
            return null;
        });
    }

    void leave(Account account) {
        andWake(wakes -> {
            if (accounts.remove(account)) settle(wakes);
            return true;
        });
    }

    /** Permits that are neither in use nor kept free for a guarantee. Negative after the total has shrunk. */
    private int spare() {
        int spare = total;
        for (Account account : accounts) spare -= Math.max(account.held, account.kept());
        return spare;
    }

    private int allHeld() {
        int sum = 0;
        for (Account account : accounts) sum += account.held;
        return sum;
    }

    private int allGuaranteed() {
        int sum = 0;
        for (Account account : accounts) sum += account.guaranteed;
        return sum;
    }

    private int mostGuaranteed() {
        return source == null ? total : guaranteeable;
    }

    private int allLacking() {
        int sum = -total;
        for (Account account : accounts) sum += account.demand();
        return sum;
    }

    private boolean isNext(Account account) {
        if (suspended || allHeld() >= total) return false;
        if (account.held < account.kept()) return true;
        int left = spare();
        for (Account other : accounts) {
            if (other != account && other.isInNeed() && (!account.isInNeed() || other.goesBefore(account))) left--;
        }
        return left > 0;
    }

    /** Wakes the pools that can take the spare permits, and asks for more if that is not enough. */
    private void settle(List<Account> wakes) {
        for (Account account : accounts) if (account.isInNeed() && isNext(account)) wakes.add(account);
        ask(wakes);
    }

    /** Asks pools for as many permits as are missing. */
    private void ask(List<Account> wakes) {
        int missing = -spare();
        for (Account account : accounts) missing += account.wantedBeyondGuarantee() - account.closing;
        for (Account account : accounts) missing -= account.keepAsked(missing);
        for (Account donor = longestIdle(); missing > 0 && donor != null; donor = longestIdle()) {
            donor.asked(false);
            wakes.add(donor);
            missing--;
        }
        for (Account account : accounts) missing -= account.retiring;
        for (Account donor = richest(); missing > 0 && donor != null; donor = richest()) {
            donor.asked(true);
            wakes.add(donor);
            missing--;
        }
    }

    private Account longestIdle() {
        Account best = null;
        long longest = -1;
        for (Account account : accounts) {
            if (account.excess() <= 0 || account.member.idle() <= account.askedIdle + account.askedAny) continue;
            long idle = account.member.longestIdle();
            if (idle > longest) {
                longest = idle;
                best = account;
            }
        }
        return best;
    }

    /** The pool that must give up a leased connection; null if none must. */
    private Account richest() {
        Account best = null;
        for (Account account : accounts) {
            if (account.excess() > 0 && (best == null || account.excess() > best.excess())) best = account;
        }
        return best != null && mustGive(best) ? best : null;
    }

    private boolean mustGive(Account rich) {
        if (spare() < 0) return true;
        for (Account poor : accounts) {
            if (poor == rich || !poor.isInNeed()) continue;
            int difference = rich.excess() - poor.excess();
            if (difference > 1 || poor.held == 0 && poor.refusals >= PATIENCE) return true;
        }
        return false;
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
            lacks[0] = source != null && allLacking() > 0;
            return result;
        });
        for (Account account : wakes) account.member.wake();
        if (lacks[0]) source.needed();
        return done;
    }
}
