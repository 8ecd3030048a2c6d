package dev.rockpool.examples.bench.cases;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** Draws numbers by Zipf's law: the one with rank n comes up 1/n times as often as the first. */
final class Zipf {
    private final double[] upTo;

    Zipf(int size) {
        upTo = new double[size];
        double sum = 0;
        for (int i = 0; i < size; i++) upTo[i] = sum += 1.0 / (i + 1);
    }

    /** A number from 0, which is the most frequent one. */
    int next() {
        double drawn = ThreadLocalRandom.current().nextDouble(upTo[upTo.length - 1]);
        int found = Arrays.binarySearch(upTo, drawn);
        return found < 0 ? -found - 1 : found;
    }
}
