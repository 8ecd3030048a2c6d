package dev.rockpool.examples.samples;

import dev.rockpool.SizeWindow;
import dev.rockpool.SizingStrategy;
import java.time.Clock;
import java.time.LocalTime;

// region strategy
/** The greatest size from eight to eight, and the smallest at night. */
final class ByDay implements SizingStrategy {
    private final Clock clock;
    private int size;

    ByDay(Clock clock) {
        this.clock = clock;
    }

    @Override
    public int next(SizeWindow last) {
        size = isDay() ? last.getMax() : last.getMin();
        return size;
    }

    @Override
    public int getSize() {
        return size;
    }

    @Override
    public String getReason() {
        return isDay() ? "it is day" : "it is night";
    }

    private boolean isDay() {
        int hour = LocalTime.now(clock).getHour();
        return hour >= 8 && hour < 20;
    }
}
// endregion
