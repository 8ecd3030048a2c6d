package dev.rockpool.jdbc.internal.flight;

import dev.rockpool.PoolControl;
import dev.rockpool.PoolEvent;
import dev.rockpool.PoolListener;
import dev.rockpool.PoolStats;
import dev.rockpool.PoolTracer;
import java.time.Duration;
import jdk.jfr.FlightRecorder;

/** Writes what happens in one pool to the JDK's flight recorder. */
public final class FlightWriter implements PoolListener, PoolTracer, AutoCloseable {
    private final PoolControl control;
    private final String pool;
    private final Runnable periodic = this::statistics;
    private final PoolListener.Registration traces;
    private final PoolListener.Registration registration;
    private boolean closed;

    public FlightWriter(PoolControl control) {
        this.control = control;
        this.pool = control.getConfig().getName();
        FlightRecorder.addPeriodicEvent(FlightEvents.Statistics.class, periodic);
        this.traces = control.addTracer(this);
        this.registration = control.addListener(this);
    }

    @Override
    public void on(PoolEvent event) {
        if (event instanceof PoolEvent.Opened it) opened(it);
        else if (event instanceof PoolEvent.OpenFailed it) openFailed(it);
        else if (event instanceof PoolEvent.Closed it) closed(it);
        else if (event instanceof PoolEvent.TimedOut it) timedOut(it);
        else if (event instanceof PoolEvent.Leaked it) leaked(it);
        else if (event instanceof PoolEvent.HealthChanged it) healthChanged(it);
        else if (event instanceof PoolEvent.Exhausted it) exhausted(it);
        else if (event instanceof PoolEvent.ExhaustionEnded it) exhaustionEnded(it);
        else if (event instanceof PoolEvent.PoolClosed) close();
    }

    /** The event lasts from here to the end of the wait, unless no recording wants it. */
    @Override
    public Wait waitBegins(WaitStart start) {
        FlightEvents.Waited to = new FlightEvents.Waited();
        if (!to.isEnabled()) return null;
        to.begin();
        return (outcome, connection, failure) -> {
            to.end();
            if (!to.shouldCommit()) return;
            to.caller = start.getCaller();
            to.priority = start.getPriority().name();
            to.pending = start.getPending();
            to.leased = start.getLeased();
            to.outcome = outcome.name();
            to.connection = connection;
            write(to);
        };
    }

    @Override
    public void probed(String of, long connection, Duration took, Throwable failure) {
        FlightEvents.Probed to = new FlightEvents.Probed();
        if (!to.isEnabled()) return;
        to.connection = connection;
        to.took = took.toNanos();
        to.failure = failure == null ? null : failure.toString();
        write(to);
    }

    @Override
    public void leaseEnded(String of, long connection, Duration held, String caller) {
        FlightEvents.Leased to = new FlightEvents.Leased();
        if (!to.isEnabled()) return;
        to.connection = connection;
        to.caller = caller;
        to.held = held.toNanos();
        write(to);
    }

    private void opened(PoolEvent.Opened event) {
        FlightEvents.Opened to = new FlightEvents.Opened();
        to.connection = event.getConnection();
        to.took = event.getTook().toNanos();
        write(to);
    }

    private void openFailed(PoolEvent.OpenFailed event) {
        FlightEvents.OpenFailed to = new FlightEvents.OpenFailed();
        to.cause = event.getCause().toString();
        write(to);
    }

    private void closed(PoolEvent.Closed event) {
        FlightEvents.Closed to = new FlightEvents.Closed();
        to.connection = event.getConnection();
        to.kind = event.getKind().name();
        to.reason = event.getReason();
        to.age = event.getAge().toNanos();
        write(to);
    }

    private void timedOut(PoolEvent.TimedOut event) {
        FlightEvents.TimedOut to = new FlightEvents.TimedOut();
        to.waited = event.getWaited().toNanos();
        write(to);
    }

    private void leaked(PoolEvent.Leaked event) {
        FlightEvents.Leaked to = new FlightEvents.Leaked();
        to.connection = event.getConnection();
        to.holder = event.getHolder();
        to.held = event.getHeld().toNanos();
        to.reclaimed = event.getReclaimed();
        write(to);
    }

    private void healthChanged(PoolEvent.HealthChanged event) {
        FlightEvents.HealthChanged to = new FlightEvents.HealthChanged();
        to.from = event.getFrom().name();
        to.to = event.getTo().name();
        write(to);
    }

    private void exhausted(PoolEvent.Exhausted event) {
        FlightEvents.Exhausted to = new FlightEvents.Exhausted();
        to.leased = event.getLeased();
        to.pending = event.getPending();
        write(to);
    }

    private void exhaustionEnded(PoolEvent.ExhaustionEnded event) {
        FlightEvents.ExhaustionEnded to = new FlightEvents.ExhaustionEnded();
        to.lasted = event.getAfter().toNanos();
        write(to);
    }

    private void statistics() {
        PoolStats stats = control.snapshot();
        FlightEvents.Statistics to = new FlightEvents.Statistics();
        to.maxSize = stats.getMaxSize();
        to.idle = stats.getIdle();
        to.leased = stats.getLeased();
        to.opening = stats.getOpening();
        to.pending = stats.getPending();
        to.acquired = stats.getAcquired();
        to.timedOut = stats.getTimedOut();
        to.oldestWait = stats.oldestWaitNanos();
        to.exhausted = stats.exhaustedForNanos();
        write(to);
    }

    private void write(FlightEvents.PoolFlightEvent event) {
        event.pool = pool;
        event.commit();
    }

    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        traces.close();
        if (registration != null) registration.close(); // else the pool was closed before it was watched
        FlightRecorder.removePeriodicEvent(periodic);
    }
}
