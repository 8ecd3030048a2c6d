package dev.rockpool.jdbc;

import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.Pool;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.internal.engine.EnginePool;
import dev.rockpool.jdbc.internal.Canceller;
import dev.rockpool.jdbc.internal.Logins;
import dev.rockpool.jdbc.internal.PhysicalConnection;
import dev.rockpool.jdbc.internal.ThreadTransactions;
import java.sql.Connection;

/** The pool behind a {@link RockpoolDataSource}. All fields are final, so a data source may publish it without a fence. */
final class Running {
    final JdbcPool pool;
    final Pool<?> generic;
    final Engine<PhysicalConnection> engine;
    final PoolState<PhysicalConnection> lending;
    final BlockingConnectionHooks<Connection> hooks;
    final Canceller canceller;
    final ThreadTransactions transactions;
    final Logins logins;
    final Runnable whenClosed;

    Running(
            JdbcPool pool,
            EnginePool<PhysicalConnection> generic,
            Canceller canceller,
            ThreadTransactions.Source source,
            Logins logins,
            Runnable whenClosed) {
        this.pool = pool;
        this.generic = generic;
        this.engine = generic.getEngine();
        this.lending = engine.getLending();
        this.hooks = pool.getConfig().getHooks();
        this.canceller = canceller;
        this.transactions = new ThreadTransactions(engine, canceller, source);
        this.logins = logins;
        this.whenClosed = whenClosed;
    }
}
