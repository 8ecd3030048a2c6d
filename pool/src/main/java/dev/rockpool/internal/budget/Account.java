package dev.rockpool.internal.budget;

import java.util.function.IntSupplier;

/** The permits of one pool in a {@link Ledger}. Guarded by the lock of the ledger. */
public final class Account implements Allowance {
    private final Ledger ledger;
    final BudgetMember member;
    int guaranteed;

    /** Permits in use. */
    int held;

    /** How many callers need a permit; 0 if the pool is not in need. */
    int wanted;

    /** The place in the order of need, while {@link #wanted} is positive. */
    long since;

    /** How often a permit was refused in a row. */
    int refusals;

    /** Idle connections that the pool is asked to give up, and has not answered yet. */
    int askedIdle;

    /** The same for connections that may be leased. */
    int askedAny;

    /** Idle connections that are being closed for other pools. */
    int closing;

    /** Leased connections that will be closed for other pools when they are returned. */
    int retiring;

    Account(Ledger ledger, BudgetMember member, int guaranteed) {
        this.ledger = ledger;
        this.member = member;
        this.guaranteed = guaranteed;
    }

    /** How many permits the pool can have in any case now. */
    int kept() {
        return ledger.keepsGuarantees() ? guaranteed : 0;
    }

    /** Permits beyond the guarantee that the pool is not about to give up. */
    int excess() {
        return held - askedIdle - askedAny - closing - retiring - kept();
    }

    /** Callers whose permits are not kept free anyway. */
    int wantedBeyondGuarantee() {
        return Math.max(0, wanted - Math.max(0, kept() - held));
    }

    /** The permits that the pool has, needs or is guaranteed. */
    int demand() {
        return Math.max(held + wanted, guaranteed);
    }

    boolean isInNeed() {
        return wanted > 0;
    }

    /** Whether this pool is served before that one: the pool with fewer permits beyond its guarantee, then the older need. */
    boolean goesBefore(Account other) {
        int mine = held - kept();
        int others = other.held - other.kept();
        return mine != others ? mine < others : since < other.since;
    }

    void noLongerInNeed() {
        wanted = 0;
        refusals = 0;
    }

    /** Asks the pool for one connection. */
    void asked(boolean evenIfLeased) {
        if (evenIfLeased) askedAny++;
        else askedIdle++;
    }

    /** Withdraws what was asked beyond this number, or beyond what the pool has. Returns what is still asked. */
    int keepAsked(int needed) {
        int most = Math.min(needed, held - closing - retiring - kept());
        askedIdle = Math.max(0, Math.min(askedIdle, most));
        askedAny = Math.max(0, Math.min(askedAny, most - askedIdle));
        return askedIdle + askedAny;
    }

    /** Notes what the pool gives up. A leased connection that it could not give up yet is still asked for. */
    void gives(int idle, int leased) {
        askedAny = Math.max(0, askedAny - idle - leased);
        askedIdle = 0;
        closing += idle;
        retiring += leased;
    }

    /** Notes that a permit came back, perhaps one that another pool needs. */
    void paid() {
        held--;
        if (closing > 0) closing--;
        else if (retiring > 0) retiring--;
    }

    @Override
    public boolean take(int callers) {
        return ledger.take(this, callers);
    }

    @Override
    public void giveBack() {
        ledger.giveBack(this);
    }

    @Override
    public void withdraw() {
        ledger.withdraw(this);
    }

    @Override
    public int owed() {
        return ledger.owed(this);
    }

    @Override
    public int owedEvenIfLeased() {
        return ledger.owedEvenIfLeased(this);
    }

    @Override
    public void pays(int idle, IntSupplier retire) {
        ledger.pays(this, idle, retire);
    }

    @Override
    public void leave() {
        ledger.leave(this);
    }
}
