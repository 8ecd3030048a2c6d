package dev.rockpool.jdbc;

import dev.rockpool.jdbc.internal.batch.BatchSql;
import dev.rockpool.jdbc.internal.batch.Batchers;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.util.Objects;
import kotlin.coroutines.EmptyCoroutineContext;

/** Creates batched statements of a pool. Returns the public type, so that its callers load no class to be verified. */
final class BatchedStatements {
    private BatchedStatements() {}

    static <A, R> BatchedStatement<A, R> query(
            Running pool,
            String sql,
            SqlFunctions.Bind<? super A> bind,
            SqlFunctions.Read<? extends R> read,
            BatchOptions options) {
        Objects.requireNonNull(bind, "bind");
        Objects.requireNonNull(read, "read");
        return new PoolStatement<>(pool.pool, batchers(pool, options).query(read(pool, sql), bind, read));
    }

    static <A> BatchedStatement<A, Integer> update(
            Running pool, String sql, SqlFunctions.Bind<? super A> bind, BatchOptions options) {
        Objects.requireNonNull(bind, "bind");
        return new PoolStatement<>(pool.pool, batchers(pool, options).update(read(pool, sql), bind));
    }

    private static BatchSql read(Running pool, String sql) {
        String url = pool.pool.getConfig().getUrl();
        return BatchSql.of(Objects.requireNonNull(sql, "sql"), url != null && Vendor.ofUrl(url) == Vendor.MYSQL);
    }

    private static Batchers batchers(Running pool, BatchOptions options) {
        return new Batchers(
                pool.engine,
                Objects.requireNonNull(options, "options"),
                pool.preparation,
                task -> pool.pool.getDispatcher().dispatch(EmptyCoroutineContext.INSTANCE, task),
                (connection, token) -> pool.canceller.getValue().worksFor(connection, token));
    }
}
