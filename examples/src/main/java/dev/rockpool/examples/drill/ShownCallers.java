package dev.rockpool.examples.drill;

import dev.rockpool.dashboard.Dashboard;
import java.time.Duration;

/** Callers of a pool that is shown on a page until the pool is closed. */
record ShownCallers(Callers callers, Dashboard page) implements Callers {
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
        page.close();
        callers.close(grace);
    }
}
