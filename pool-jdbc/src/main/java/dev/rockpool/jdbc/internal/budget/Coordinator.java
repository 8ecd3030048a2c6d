package dev.rockpool.jdbc.internal.budget;

import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.internal.base.TimeLimits;
import dev.rockpool.internal.budget.Ledger;
import dev.rockpool.internal.budget.PermitSource;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the ledger of this process supplied with permits, on a thread of its own. If the session is lost, the ledger
 * grants nothing until the permits are locked again.
 *
 * <p>Thread-safe.
 */
public final class Coordinator implements PermitSource, AutoCloseable {
    /** How often notifications are read while permits are moving or could be given away. Costs no question to the server. */
    private static final long POLL_MILLIS = 25;

    /** The same while this process has only what it is guaranteed. */
    private static final long QUIET_MILLIS = 200;

    /** How often the server is asked whether the session still has its locks. */
    private static final long CHECK = 500_000_000;

    private static final long FIRST_ATTEMPT = TimeUnit.SECONDS.toNanos(10);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    /** How often locks of the lost session are tried again, while the server ends it. */
    private static final int RELOCKS = 10;

    private static final int RELOCK_MILLIS = 50;

    private final Ledger ledger;
    private final SessionSource source;
    private final String name;
    private final int total;
    private final int guaranteed;
    private final Thread thread;
    private final Semaphore signal = new Semaphore(0);
    private final CompletableFuture<SQLException> started = new CompletableFuture<>();
    private volatile boolean closed;
    private volatile SQLException problem = new SQLException("not connected yet");
    private int formerPid;

    /**
     * @param total the most permits of all processes together
     * @param guaranteed the permits that this process always has
     */
    public Coordinator(SessionSource source, String name, int total, int guaranteed) {
        this.source = source;
        this.name = name;
        this.total = total;
        this.guaranteed = guaranteed;
        this.ledger = new Ledger(this, guaranteed);
        this.thread = new Thread(this::run, "rockpool-budget-" + name);
        thread.setDaemon(true);
        ledger.suspend();
    }

    public Ledger ledger() {
        return ledger;
    }

    /**
     * Starts the thread and waits for the first attempt to connect. If the server cannot be reached, later attempts
     * follow.
     *
     * @return the problem of the first attempt; null if there was none, or none within 10 seconds
     */
    public SQLException start() {
        thread.start();
        return TimeLimits.nullAfter(started, FIRST_ATTEMPT).join();
    }

    /** Null while the session works, else why it does not. */
    public SQLException problem() {
        return problem;
    }

    @Override
    public void needed() {
        if (signal.availablePermits() == 0) signal.release();
    }

    @Override
    public String explanation() {
        SQLException now = problem;
        if (now != null) return "the coordinator of the budget is away, so nothing is opened: " + now.getMessage();
        return "all processes of the budget '" + name + "' together have " + total;
    }

    /** Returns all permits. Grants nothing any more. */
    @Override
    public void close() {
        closed = true;
        ledger.suspend();
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        while (!closed) {
            try (PermitSession session = PermitSession.open(source, name, total)) {
                relock(session);
                found();
                pause = FIRST_PAUSE_MILLIS;
                serve(session);
            } catch (SQLException e) {
                lost(e);
            } catch (InterruptedException e) {
                continue; // closed
            } catch (RuntimeException | Error e) {
                lost(new SQLException(e));
            }
            pause = pause(pause);
        }
        ledger.suspend();
    }

    /** Locks permits for the connections that the pools still have, and for the guarantee. */
    private void relock(PermitSession session) throws SQLException, InterruptedException {
        if (formerPid != 0 && formerPid != session.pid()) session.end(formerPid);
        formerPid = session.pid();
        int wanted = Math.max(guaranteed, ledger.taken());
        for (int attempt = 1; attempt <= RELOCKS && session.held() < wanted; attempt++) {
            if (attempt > 1) Thread.sleep(RELOCK_MILLIS);
            session.lock(wanted - session.held());
        }
        ledger.resume(session.held());
    }

    private void serve(PermitSession session) throws SQLException, InterruptedException {
        Sharing sharing = new Sharing(ledger, session, guaranteed);
        long checked = System.nanoTime();
        while (!closed) {
            long now = System.nanoTime();
            if (now - checked >= CHECK) {
                session.check();
                checked = now;
            }
            sharing.look(now);
            signal.tryAcquire(sharing.isBusy() ? POLL_MILLIS : QUIET_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void found() {
        problem = null;
        started.complete(null);
        PoolLogKt.logInfo(() -> "budget '" + name + "': connected to its coordinator");
    }

    private void lost(SQLException e) {
        ledger.suspend();
        if (problem == null) {
            PoolLogKt.logWarn(
                    e, () -> "budget '" + name + "': lost its coordinator; pools open nothing until it is back");
        }
        problem = e;
        started.complete(e);
    }

    private long pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            // closed
        }
        return Math.min(2 * millis, LONGEST_PAUSE_MILLIS);
    }
}
