package dev.rockpool.examples.bench.cases;

import dev.rockpool.BlockingPreparer;
import dev.rockpool.examples.bench.ForkInput;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.jdbc.JdbcPreparers;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicLong;

/** A pool that prepares connections for tenants, and counts how often. */
record TaggedPool(RockpoolDataSource dataSource) implements AutoCloseable {
    static TaggedPool open(ForkInput input, Room room, AtomicLong prepared) {
        BlockingPreparer<Connection> searchPath = JdbcPreparers.searchPath();
        return new TaggedPool(RockpoolDataSource.builder()
                .name("tags")
                .url(input.getUrl())
                .username(input.getUser())
                .password(input.getPassword())
                .maxSize(room.max())
                .minIdle(room.max())
                .preparer((connection, tag) -> {
                    prepared.incrementAndGet();
                    searchPath.prepare(connection, tag);
                })
                .build());
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
