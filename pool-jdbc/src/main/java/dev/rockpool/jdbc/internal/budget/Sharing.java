package dev.rockpool.jdbc.internal.budget;

import dev.rockpool.internal.budget.Ledger;
import java.sql.SQLException;
import java.util.List;

/**
 * Moves permits between this process and the others, within one session. The process has at least as many locks as its
 * pools have connections: a lock is taken before its permit is added to the ledger, and unlocked after the permit was
 * removed from it.
 *
 * <p>For the coordinator's thread. Times are in nanoseconds.
 */
final class Sharing {
    static final String FREE = "free";

    /** How often the others are asked, and how often a lock is tried meanwhile. */
    private static final long AGAIN = 100_000_000;

    /** How long a permit that nobody here needs is kept. */
    private static final long SURPLUS = 1_000_000_000;

    /** An idle connection is closed for another process only if it has been idle for this time. */
    private static final long LONG_IDLE = 100_000_000;

    /** How long a permit rests that came free without notice. Its process may have died, and the server needs time to end its sessions. */
    private static final long REST = 300_000_000;

    /** A process without a connection that was refused this often gets a permit even from a process with few. */
    private static final int PATIENCE = 4;

    private final Ledger ledger;
    private final PermitSession session;
    private final int guaranteed;
    private int refusals;
    private long retryAt;
    private long restsUntil;
    private int resting;
    private long surplusSince = -1;

    Sharing(Ledger ledger, PermitSession session, int guaranteed) {
        this.ledger = ledger;
        this.session = session;
        this.guaranteed = guaranteed;
    }

    /** One look: gives what others need, and takes what the pools need. */
    void look(long now) throws SQLException {
        List<String> heard = session.heard();
        boolean freed = heard.contains(FREE);
        boolean given = false;
        for (String text : heard) {
            Need need = Need.of(text);
            if (need != null) given |= prepareToGive(need);
        }
        if (given) refused(now); // what was given to others must not be taken back at once
        dropSurplus(now);
        unlockFree(now);
        if (!given) take(now, freed);
    }

    /** Whether permits are on their way, or may be needed elsewhere. */
    boolean isBusy() {
        return session.held() > guaranteed || refusals > 0 || lacking() > 0;
    }

    private int lacking() {
        return Math.max(ledger.lacking(), guaranteed - ledger.total());
    }

    /** Lowers the total for another process. Returns whether pools here must give something up for it. */
    private boolean prepareToGive(Need need) {
        int total = ledger.dropUnused(guaranteed);
        int wanted = need.permits() - (session.held() - resting - total);
        if (wanted <= 0) return false;
        int idle = ledger.longIdle(LONG_IDLE);
        int excess = total - guaranteed;
        boolean isFair = excess - need.excess() > 1 || need.isStarving() && excess > 0;
        int most = idle > 0 ? Math.min(wanted, idle) : isFair ? 1 : 0;
        return most > 0 && ledger.drop(most, guaranteed) < total;
    }

    private void dropSurplus(long now) {
        if (lacking() >= 0) {
            surplusSince = -1;
        } else if (surplusSince < 0) {
            surplusSince = now;
        } else if (now - surplusSince >= SURPLUS) {
            ledger.dropUnused(guaranteed);
        }
    }

    private void unlockFree(long now) throws SQLException {
        int free = session.held() - resting - Math.max(ledger.total(), ledger.taken());
        if (free <= 0) return;
        session.unlock(free);
        session.tell(FREE);
    }

    private void take(long now, boolean freed) throws SQLException {
        if (resting > 0 && now >= restsUntil) {
            int ready = resting;
            resting = 0;
            ledger.add(ready);
        }
        int missing = lacking() - resting;
        if (missing <= 0) {
            if (resting == 0) refusals = 0;
            return;
        }
        if (refusals > 0 && !freed && now < retryAt) return;
        int got = session.lock(missing);
        if (got > 0 && refusals > 0 && !freed) {
            resting += got;
            restsUntil = now + REST;
        } else if (got > 0) {
            ledger.add(got);
        }
        if (got == missing) {
            refusals = 0;
            return;
        }
        refused(now);
        boolean isStarving = ledger.total() == 0 && refusals > PATIENCE;
        session.tell(new Need(missing - got, ledger.total() - guaranteed, isStarving).text());
    }

    private void refused(long now) {
        refusals++;
        retryAt = now + AGAIN;
    }
}
