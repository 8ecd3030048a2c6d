package dev.rockpool.internal.budget;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides which pools may take permits, and which must give some up.
 *
 * <p><b>Who is served.</b> Permits beyond the guarantees go to pools whose callers wait: first to the pool that has the
 * fewest beyond its guarantee, then to the one that has waited longest.
 *
 * <p><b>Who gives up.</b> If no permit is free, the pool with the connection that has been idle for longest is asked.
 * If none is idle, the pool with the most permits beyond its guarantee gives up a leased connection on its return, as
 * long as that brings the two pools closer together. A pool without any connection gets its turn even then, after it
 * was refused {@value #PATIENCE} times.
 *
 * <p>Not thread-safe: guarded by the lock of {@link Ledger}.
 */
final class FairShare {
    /** A pool asks every 25 ms while its callers wait, so this is about a tenth of a second. */
    static final int PATIENCE = 4;

    private final List<Account> accounts = new ArrayList<>();
    private int total;
    private boolean suspended;

    /** @param total the most permits that all pools hold together */
    FairShare(int total) {
        this.total = total;
    }

    int total() {
        return total;
    }

    void total(int total) {
        this.total = total;
    }

    /** Whether no permit is granted for now. */
    void suspended(boolean suspended) {
        this.suspended = suspended;
    }

    /** The pools. Not to be modified. */
    List<Account> accounts() {
        return accounts;
    }

    void add(Account account) {
        accounts.add(account);
    }

    /** Returns false if it was removed before. */
    boolean remove(Account account) {
        return accounts.remove(account);
    }

    /** How many permits are in use. */
    int held() {
        int sum = 0;
        for (Account account : accounts) sum += account.held;
        return sum;
    }

    /** The sum of all guarantees. */
    int guaranteed() {
        int sum = 0;
        for (Account account : accounts) sum += account.guaranteed;
        return sum;
    }

    /** How many permits are missing for the callers that wait and for the guarantees. Negative if there are too many. */
    int lacking() {
        int sum = -total;
        for (Account account : accounts) sum += account.demand();
        return sum;
    }

    /** Whether this pool may take a permit now. */
    boolean isNext(Account account) {
        if (suspended || held() >= total) return false;
        if (account.held < account.kept()) return true;
        int left = spare();
        for (Account other : accounts) {
            if (other != account && other.isInNeed() && (!account.isInNeed() || other.goesBefore(account))) left--;
        }
        return left > 0;
    }

    /** Wakes the pools that can take the spare permits, and asks for more if that is not enough. */
    void settle(List<Account> wakes) {
        for (Account account : accounts) if (account.isInNeed() && isNext(account)) wakes.add(account);
        ask(wakes);
    }

    /** Asks pools for as many permits as are missing. */
    void ask(List<Account> wakes) {
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

    /** Permits that are neither in use nor kept free for a guarantee. Negative after the total has shrunk. */
    private int spare() {
        int spare = total;
        for (Account account : accounts) spare -= Math.max(account.held, account.kept());
        return spare;
    }
}
