package dev.rockpool.jdbc;

import dev.rockpool.PoolListener;
import dev.rockpool.internal.engine.Engine;
import java.io.PrintWriter;

/** Writes a line for each event of a pool to the log writer of its data source. Changed under the lock of the data source. */
final class EventLog {
    private volatile PrintWriter out;
    private PoolListener.Registration writing;

    /** Null if there is none. */
    PrintWriter writer() {
        return out;
    }

    /**
     * Replaces the writer.
     *
     * @param out null for none
     * @param pool null until it has started
     */
    void writer(PrintWriter out, Engine<?> pool) {
        this.out = out;
        if (pool != null) write(pool);
    }

    /** Writes the events of this pool from now on, if there is a writer. */
    void write(Engine<?> pool) {
        if (writing != null) writing.close();
        PrintWriter to = out;
        String prefix = "pool '" + pool.getName() + "': ";
        writing = to == null
                ? null
                : pool.getControl().addListener(event -> {
                    to.println(prefix + event);
                    to.flush();
                });
    }
}
