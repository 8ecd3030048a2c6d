package dev.rockpool.jdbc.internal.batch;

import dev.rockpool.PoolException;
import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.jdbc.BatchOptions;
import dev.rockpool.jdbc.internal.connection.CancellationToken;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import dev.rockpool.jdbc.internal.connection.Preparation;
import dev.rockpool.jdbc.internal.connection.UnpreparedException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * Sends the calls of one statement: alone while a connection is free, and together while all are in use.
 *
 * <p><b>Key idea.</b> Each call waits in the pool's own queue, so timeouts, priorities, {@code maxPending}, outages and
 * the end of the pool are handled by the pool. The call that gets a connection takes others of its statement along, the
 * oldest first: it ends their waits by the same compare-and-set that would have served them. So no call is sent later
 * than it would be alone, and none overtakes an older one of its statement.
 *
 * <p><b>Every call is answered once.</b> The one decision about its place in the queue decides the call, too: it is run
 * on a connection, or fails. A call without an outcome after its batch has changed nothing, and waits once more, alone.
 *
 * <p>Tested by {@code BatchingLaws} and {@code BatchCallLaws}.
 */
public final class Batcher<A, R> {
    private final Engine<PhysicalConnection> engine;
    private final BatchWork<A, R> work;
    private final BatchOptions options;

    /** Null if there are none. A hook may prepare a connection for one caller, so then no call takes another along. */
    private final Preparation preparation;

    private final Executor executor;
    private final BiConsumer<PooledConnection, CancellationToken> watcher;
    private final Gathering<A, R> gathering = new Gathering<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final BatchCounts counts = new BatchCounts();
    private final Completions completions = new Completions(PoolThreads.INSTANCE::execute);

    /**
     * @param executor runs batches; its threads may block
     * @param watcher cancels the statements of a connection when their callers give up
     */
    Batcher(
            Engine<PhysicalConnection> engine,
            BatchWork<A, R> work,
            BatchOptions options,
            Preparation preparation,
            Executor executor,
            BiConsumer<PooledConnection, CancellationToken> watcher) {
        this.engine = engine;
        this.work = work;
        this.options = options;
        this.preparation = preparation;
        this.executor = executor;
        this.watcher = watcher;
    }

    public BatchOptions options() {
        return options;
    }

    public BatchCounts counts() {
        return counts;
    }

    Completions completions() {
        return completions;
    }

    /** How many calls wait to be sent. */
    public int waiting() {
        return waiting.get();
    }

    /** Runs one call with a connection that its caller has. */
    public R runAlone(PooledConnection connection, A key) throws SQLException {
        counts.sent(1);
        return work.runAlone(connection, key);
    }

    /**
     * Sends a call, now or later.
     *
     * @param timeout how long it may wait, in nanoseconds; {@code Long.MAX_VALUE} for ever
     * @return the error if it is refused; otherwise it will be answered, possibly before this returns
     */
    public PoolException submit(BatchCall<A, R> call, long timeout) {
        long now = engine.now();
        call.begins(engine.deadline(now, timeout), preparation == null ? null : engine.prepareAttempts(timeout));
        return submit(call, now, preparation == null);
    }

    private PoolException submit(BatchCall<A, R> call, long now, boolean gathers) {
        Turn<A, R> turn = new Turn<>(this, call, now, options.getPriority(), gathers);
        call.turn(turn);
        if (engine.tryAcquire(turn)) {
            start(turn, false);
            return null;
        }
        if (call.deadline() <= now) return engine.notAvailable(call.holder());
        if (!mayWait()) return engine.exhausted(options.getMaxPending());
        PoolException refusal = engine.enqueue(turn);
        if (refusal != null) {
            waiting.decrementAndGet();
            return refusal;
        }
        if (gathers) gathering.add(turn);
        if (turn.isDecided()) gathering.remove(turn); // it may have been decided before it was added
        return null;
    }

    /** Counts a waiting call, if the limit allows it. */
    private boolean mayWait() {
        Integer most = options.getMaxPending();
        if (waiting.incrementAndGet() <= (most == null ? Integer.MAX_VALUE : most)) return true;
        waiting.decrementAndGet();
        return false;
    }

    /** The caller of this call has given up. If it was not sent yet, it never is. */
    public void cancel(BatchCall<A, R> call) {
        Turn<A, R> turn = call.turn();
        if (turn != null && engine.cancel(turn)) left(turn);
    }

    /** The pool has decided a turn: it has a connection, or failed. */
    void decided(Turn<A, R> turn) {
        left(turn);
        Throwable failure = engine.settle(turn);
        if (failure == null) start(turn, turn.gathers());
        else answer(turn.call(), failure);
    }

    private void left(Turn<A, R> turn) {
        waiting.decrementAndGet();
        gathering.remove(turn);
    }

    private void start(Turn<A, R> turn, boolean gathers) {
        try {
            turn.call().execute(executor, () -> run(turn, gathers));
        } catch (Throwable e) { // no thread is available
            engine.release(turn.slot(), turn.ticket());
            answer(turn.call(), e);
        }
    }

    private void run(Turn<A, R> first, boolean gathers) {
        List<BatchCall<A, R>> calls = new ArrayList<>();
        calls.add(first.call());
        Throwable failure = null;
        try {
            PooledConnection connection = connection(first);
            if (connection == null) return;
            try {
                if (gathers) takeAlong(calls, first);
                send(connection, calls);
            } finally {
                connection.worksFor(null);
                connection.close();
            }
        } catch (Throwable e) { // no connection, or not enough memory
            failure = e;
            engine.release(first.slot(), first.ticket());
        }
        for (BatchCall<A, R> call : calls) finish(call, failure);
    }

    /** The connection of this turn. Null if it is not needed any more, or cannot be used: then the call waits again. */
    private PooledConnection connection(Turn<A, R> turn) throws SQLException {
        if (turn.call().isAbandoned()) {
            engine.release(turn.slot(), turn.ticket());
            return null;
        }
        PooledConnection connection = new PooledConnection(engine, turn.slot(), turn.ticket()).begin();
        if (preparation == null) return connection;
        try {
            connection.prepare(preparation, null);
            return connection;
        } catch (UnpreparedException e) {
            turn.call().attempts().failed(e.getCause());
            again(turn.call());
            return null;
        }
    }

    private void takeAlong(List<BatchCall<A, R>> calls, Turn<A, R> first) {
        while (calls.size() < options.getMaxBatch()) {
            Turn<A, R> next = gathering.poll();
            if (next == null) return;
            if (!engine.takeAlong(next, first)) continue; // what decided it also answers it
            waiting.decrementAndGet();
            if (!next.call().isAbandoned()) calls.add(next.call());
        }
    }

    private void send(PooledConnection connection, List<BatchCall<A, R>> calls) {
        watcher.accept(connection, new BatchToken(calls));
        counts.sent(calls.size());
        if (calls.size() == 1) work.run(connection, calls.get(0));
        else if (!work.runTogether(connection, calls)) counts.split();
    }

    private void finish(BatchCall<A, R> call, Throwable failure) {
        if (!call.isDone() && failure == null) {
            again(call);
            return;
        }
        if (!call.isDone()) call.fail(failure);
        answer(call);
    }

    /** Lets a call that did not run wait once more, alone. */
    private void again(BatchCall<A, R> call) {
        PoolException refusal = submit(call, engine.now(), false);
        if (refusal != null) answer(call, refusal);
    }

    private void answer(BatchCall<A, R> call, Throwable failure) {
        call.fail(failure);
        answer(call);
    }

    /** A caller that cannot be reached must not keep the others from their answers. */
    private void answer(BatchCall<A, R> call) {
        try {
            call.answer();
        } catch (Throwable e) {
            PoolLogKt.logWarn(e, () -> "pool '" + engine.getName() + "': a caller could not be given its result");
        }
    }
}
