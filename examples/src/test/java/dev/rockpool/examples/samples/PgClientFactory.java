package dev.rockpool.examples.samples;

import dev.rockpool.BlockingConnectionFactory;
import dev.rockpool.ReturnState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Lets a pool keep connections of Vert.x to PostgreSQL. With pipelining, each carries several queries at once. */
// region pg client
final class PgClientFactory implements BlockingConnectionFactory<PgConnection> {
    private final Vertx vertx;
    private final PgConnectOptions options;
    private final Set<PgConnection> lost = ConcurrentHashMap.newKeySet();

    PgClientFactory(Vertx vertx, PgConnectOptions options) {
        this.vertx = vertx;
        this.options = options;
    }

    @Override
    public PgConnection open() throws Exception {
        PgConnection connection = answer(PgConnection.connect(vertx, options));
        connection.closeHandler(closed -> lost.add(connection));
        return connection;
    }

    @Override
    public void close(PgConnection connection) throws Exception {
        answer(connection.close());
        lost.remove(connection);
    }

    @Override
    public boolean probe(PgConnection connection) throws Exception {
        answer(connection.query("select 1").execute());
        return true;
    }

    @Override
    public ReturnState inspect(PgConnection connection) {
        return lost.contains(connection) ? ReturnState.BROKEN : ReturnState.CLEAN;
    }

    static <R> R answer(Future<R> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
// endregion
