package dev.rockpool.internal.balance;

import dev.rockpool.Balance;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/** Chooses the member for a call. Allocates nothing, and takes no lock. Thread-safe. */
abstract class Chooser {
    /** The number of members, which are the bits of one word. */
    static final int MOST = Long.SIZE;

    private final DoubleSupplier random;
    final Load load;

    private Chooser(Load load, DoubleSupplier random) {
        this.load = load;
        this.random = random;
    }

    /**
     * @param weights the configured weights
     * @param random uniform in 0 until 1
     */
    static Chooser of(Balance balance, int[] weights, Load load, DoubleSupplier random) {
        return switch (balance) {
            case RANDOM_OF_TWO -> new RandomOfTwo(load, random);
            case ROUND_ROBIN -> new RoundRobin(weights, load, random);
            case LEAST_ACTIVE -> new LeastActive(load, random);
        };
    }

    /** @param in the members that may be chosen, one bit each; not 0 */
    abstract int choose(long in);

    /** Whether this member has less load than that one. Without division, so that idle members are equal. */
    final boolean isLess(int member, int than) {
        return load.active(member) * load.weight(than) < load.active(than) * load.weight(member);
    }

    /** One of these members, drawn by their weights. */
    final int draw(long in) {
        double total = 0;
        for (long left = in; left != 0; left &= left - 1) total += load.weight(Long.numberOfTrailingZeros(left));
        double point = random.getAsDouble() * total;
        int last = 0;
        for (long left = in; left != 0; left &= left - 1) {
            last = Long.numberOfTrailingZeros(left);
            point -= load.weight(last);
            if (point < 0) break;
        }
        return last;
    }

    private static final class RandomOfTwo extends Chooser {
        RandomOfTwo(Load load, DoubleSupplier random) {
            super(load, random);
        }

        @Override
        int choose(long in) {
            int one = draw(in);
            long others = in & ~(1L << one);
            if (others == 0) return one;
            int other = draw(others);
            return isLess(other, one) ? other : one;
        }
    }

    private static final class LeastActive extends Chooser {
        LeastActive(Load load, DoubleSupplier random) {
            super(load, random);
        }

        @Override
        int choose(long in) {
            long best = 0;
            int least = -1;
            for (long left = in; left != 0; left &= left - 1) {
                int member = Long.numberOfTrailingZeros(left);
                if (least < 0 || isLess(member, least)) {
                    least = member;
                    best = 1L << member;
                } else if (!isLess(least, member)) {
                    best |= 1L << member;
                }
            }
            return draw(best);
        }
    }

    private static final class RoundRobin extends Chooser {
        private final int[] weights;
        private final int[] turns;
        private final AtomicInteger next = new AtomicInteger();

        RoundRobin(int[] weights, Load load, DoubleSupplier random) {
            super(load, random);
            this.weights = weights;
            this.turns = turns(weights);
        }

        @Override
        int choose(long in) {
            for (int tries = 0; tries < turns.length; tries++) {
                int member = turns[Math.floorMod(next.getAndIncrement(), turns.length)];
                if ((in >>> member & 1) != 0 && isItsTurn(member)) return member;
            }
            return draw(in);
        }

        /** A member that has just returned lets some of its turns pass. */
        private boolean isItsTurn(int member) {
            double weight = load.weight(member);
            return weight >= weights[member] || super.random.getAsDouble() * weights[member] < weight;
        }

        /** One round, with the turns of each member spread evenly, as nginx does it. */
        private static int[] turns(int[] weights) {
            int divisor = 0;
            for (int weight : weights) divisor = gcd(weight, divisor);
            int round = 0;
            for (int weight : weights) round += weight / divisor;
            int[] turns = new int[round];
            int[] credit = new int[weights.length];
            for (int turn = 0; turn < round; turn++) {
                int most = 0;
                for (int member = 0; member < weights.length; member++) {
                    credit[member] += weights[member] / divisor;
                    if (credit[member] > credit[most]) most = member;
                }
                credit[most] -= round;
                turns[turn] = most;
            }
            return turns;
        }

        private static int gcd(int a, int b) {
            return b == 0 ? a : gcd(b, a % b);
        }
    }
}
