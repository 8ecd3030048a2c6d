package dev.rockpool.jdbc.internal.cluster;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntUnaryOperator;

/** Chooses one of several standbys that serve. */
public interface ReaderChoice {
    /** Draws two at random, and takes the one with fewer callers. */
    ReaderChoice LESS_BUSY_OF_TWO = (candidates, callers) -> {
        if (candidates.size() == 1) return candidates.get(0);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int first = random.nextInt(candidates.size());
        int second = (first + 1 + random.nextInt(candidates.size() - 1)) % candidates.size();
        int one = candidates.get(first);
        int other = candidates.get(second);
        return callers.applyAsInt(other) < callers.applyAsInt(one) ? other : one;
    };

    /**
     * @param candidates the numbers of the members, at least one
     * @param callers how many callers a member has, served or waiting
     */
    int choose(List<Integer> candidates, IntUnaryOperator callers);
}
