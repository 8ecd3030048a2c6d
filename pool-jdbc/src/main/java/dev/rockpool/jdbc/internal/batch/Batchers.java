package dev.rockpool.jdbc.internal.batch;

import dev.rockpool.internal.engine.Engine;
import dev.rockpool.jdbc.BatchOptions;
import dev.rockpool.jdbc.SqlFunctions;
import dev.rockpool.jdbc.internal.connection.CancellationToken;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import dev.rockpool.jdbc.internal.connection.Preparation;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * Creates the batchers of one pool.
 *
 * @param preparation null if connections are lent as they are
 * @param executor runs batches; its threads may block
 * @param watcher cancels the statements of a connection when their callers give up
 */
public record Batchers(
        Engine<PhysicalConnection> engine,
        BatchOptions options,
        Preparation preparation,
        Executor executor,
        BiConsumer<PooledConnection, CancellationToken> watcher) {

    /** For a query. */
    public <A, R> Batcher<A, R> query(
            BatchSql sql, SqlFunctions.Bind<? super A> bind, SqlFunctions.Read<? extends R> read) {
        return of(new QueryWork<>(sql, bind, read, options.getMaxBatch()));
    }

    /** For an update. */
    public <A> Batcher<A, Integer> update(BatchSql sql, SqlFunctions.Bind<? super A> bind) {
        return of(new UpdateWork<>(sql, bind, engine.getName()));
    }

    private <A, R> Batcher<A, R> of(BatchWork<A, R> work) {
        return new Batcher<>(engine, work, options, preparation, executor, watcher);
    }
}
