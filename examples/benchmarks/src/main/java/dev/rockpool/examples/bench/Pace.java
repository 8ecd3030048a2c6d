package dev.rockpool.examples.bench;

import java.util.function.DoubleSupplier;

/**
 * Ensures that the quick form ends in time. On a slow machine JVMs take longer to start and to end, so cases with much
 * code get less warm-up time. Not thread-safe.
 */
final class Pace {
    /** The first cases cannot make the estimate of the machine faster than this. */
    private static final double FASTEST = 0.5;

    private final Plan plan;
    private final Effort effort;
    private final DoubleSupplier elapsed;
    private double planned;
    private double least;
    private int next;

    /** @param elapsed seconds since the start */
    Pace(Plan plan, Effort effort, DoubleSupplier elapsed) {
        this.plan = plan;
        this.effort = effort;
        this.elapsed = elapsed;
        this.least = effort.compilingSeconds();
    }

    /** The effort for the next case of the plan. */
    Effort next() {
        Effort granted = effort.compiling(compilingSeconds());
        planned += plan.seconds(plan.cases().get(next), granted);
        next++;
        least = Math.min(least, granted.compilingSeconds());
        return granted;
    }

    /** The least effort of any case so far. */
    Effort least() {
        return effort.compiling(least);
    }

    private double compilingSeconds() {
        double slowness = planned == 0 ? 1 : Math.max(FASTEST, elapsed.getAsDouble() / planned);
        double left = (effort.limitSeconds() - elapsed.getAsDouble()) / slowness;
        double shortest = effort.warmUpSeconds();
        double longest = effort.compilingSeconds();
        double needed = secondsToCome(shortest);
        double wanted = secondsToCome(longest);
        if (wanted <= left) return longest;
        double share = (left - needed) / (wanted - needed);
        return shortest + Math.max(0, share) * (longest - shortest);
    }

    private double secondsToCome(double compiling) {
        Effort each = effort.compiling(compiling);
        return plan.cases().stream()
                .skip(next)
                .mapToDouble(later -> plan.seconds(later, each))
                .sum();
    }
}
