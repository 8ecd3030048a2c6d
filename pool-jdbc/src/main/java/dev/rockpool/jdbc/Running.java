package dev.rockpool.jdbc;

import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.Pool;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.jdbc.internal.cancel.CancellationWatcher;
import dev.rockpool.jdbc.internal.connect.CurrentCredentials;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.transaction.ThreadTransactions;
import java.sql.Connection;

/** The pool behind a {@link RockpoolDataSource}. All fields are final, so a data source may publish it without a fence. */
final class Running {
    final JdbcPool pool;
    final Pool<?> generic;
    final Engine<PhysicalConnection> engine;
    final BlockingConnectionHooks<Connection> hooks;
    final CancellationWatcher canceller;
    final ThreadTransactions transactions;
    final CurrentCredentials logins;
    final Runnable whenClosed;

    Running(
            JdbcPool pool,
            Engine<PhysicalConnection> engine,
            CancellationWatcher canceller,
            ThreadTransactions.Source source,
            CurrentCredentials logins,
            Runnable whenClosed) {
        this.pool = pool;
        this.generic = engine.getPool();
        this.engine = engine;
        this.hooks = pool.getConfig().getHooks();
        this.canceller = canceller;
        this.transactions = new ThreadTransactions(engine, canceller, source);
        this.logins = logins;
        this.whenClosed = whenClosed;
    }
}
