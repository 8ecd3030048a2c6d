package dev.rockpool.examples.samples;

import dev.rockpool.AutoSize;
import dev.rockpool.PoolEvent;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.time.Clock;
import java.util.function.Consumer;

/** Data sources whose pools change their own size while they run. */
public final class SelfSizing {
    private SelfSizing() {}

    /** Lets the pool find its size, and reports each change in words. */
    public static AutoSize.Running start(RockpoolDataSource dataSource, Consumer<String> reports) {
        dataSource.control().addListener(event -> {
            if (event instanceof PoolEvent.Resized resized) reports.accept(resized.toString());
        });
        // region self-sizing
        var sizing = dataSource.control().autoSize(AutoSize.between(2, 40));
        // endregion
        return sizing;
    }

    /** Gives the pool one size by day and another by night, whatever the load is. */
    public static AutoSize.Running startByDay(RockpoolDataSource dataSource, Clock clock) {
        return dataSource.control().autoSize(AutoSize.between(2, 40).strategy(() -> new ByDay(clock)));
    }
}
