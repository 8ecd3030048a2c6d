package dev.rockpool.examples.drill;

import dev.rockpool.jdbc.RunningPools;
import java.time.Duration;

/** Callers of a pool that follows a file. */
record ConfiguredCallers(Callers callers, RunningPools pools) implements Callers {
    @Override
    public void start() {
        callers.start();
    }

    @Override
    public Occupancy occupancy() {
        return callers.occupancy();
    }

    @Override
    public int stop(Duration patience) {
        return callers.stop(patience);
    }

    @Override
    public void close(Duration grace) {
        callers.close(grace);
        pools.close(grace);
    }
}
