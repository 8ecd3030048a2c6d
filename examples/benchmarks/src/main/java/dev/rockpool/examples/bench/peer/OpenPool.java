package dev.rockpool.examples.bench.peer;

import javax.sql.DataSource;

/** A running pool, and how to close it. */
public record OpenPool(DataSource dataSource, Ending ending) implements AutoCloseable {
    /** Closes a pool. */
    public interface Ending {
        void end() throws Exception;
    }

    @Override
    public void close() {
        try {
            ending.end();
        } catch (Exception e) {
            throw new IllegalStateException("the pool could not be closed", e);
        }
    }
}
