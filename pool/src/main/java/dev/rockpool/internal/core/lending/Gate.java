package dev.rockpool.internal.core.lending;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The one word that the hot path reads: how many callers wait, and whether the pool is closed, paused, probes
 * connections for each lease, or has classes of callers with quotas. Alone on its cache lines.
 */
@SuppressWarnings("unused")
abstract class Gate {
    private static final int CLOSED = 1 << 31;
    private static final int PAUSED = 1 << 30;
    private static final int PROBES_EACH_LEASE = 1 << 29;
    private static final int LIMITED = 1 << 28;
    private static final int FLAGS = CLOSED | PAUSED | PROBES_EACH_LEASE | LIMITED;
    private static final VarHandle GATE;

    static {
        try {
            GATE = MethodHandles.lookup().findVarHandle(Gate.class, "gate", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14;
    private volatile int gate;
    private volatile long strictFrom = Long.MIN_VALUE;
    private long q00, q01, q02, q03, q04, q05, q06, q07, q08, q09, q10, q11, q12, q13, q14;

    final int gate() {
        return gate;
    }

    /** How many callers wait. */
    public final int waiting() {
        return gate & ~FLAGS;
    }

    /** Whether the pool is paused, so that nothing is lent. */
    public final boolean isPaused() {
        return (gate & PAUSED) != 0;
    }

    public final boolean isClosed() {
        return gate < 0;
    }

    /** Whether a returned connection is probed before it is lent again, however briefly it was idle. */
    public final boolean probesEachLease() {
        return (gate & PROBES_EACH_LEASE) != 0;
    }

    /** Whether there are quotas. Then each lease is decided under the lock of the queue. */
    public final boolean isLimited() {
        return (gate & LIMITED) != 0;
    }

    final long strictFrom() {
        return strictFrom;
    }

    /** Called under the queue's lock. Only a release store: the first waiter must add a full fence before it scans. */
    final void publish(int waiting, long strictFrom) {
        if (this.strictFrom != strictFrom) this.strictFrom = strictFrom;
        GATE.setRelease(this, gate & FLAGS | waiting);
    }

    /** Under the lock of the queue. */
    final void setClosed() {
        gate = gate | CLOSED;
    }

    /** Under the lock of the queue. */
    final void setLimited() {
        gate = gate | LIMITED;
    }

    /** Under the lock of the queue. */
    final void setPaused(boolean paused) {
        gate = paused ? gate | PAUSED : gate & ~PAUSED;
    }

    /** Under the lock of the queue. */
    final void setProbesEachLease(boolean always) {
        gate = always ? gate | PROBES_EACH_LEASE : gate & ~PROBES_EACH_LEASE;
    }
}
