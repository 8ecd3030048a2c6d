package dev.rockpool.internal.core.sizing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Compares two or three sizes by turns. In each round every size has one window, in random order: so neither a load
 * that drifts nor one that comes in waves favours a size. Scores are logarithms, so differences are ratios. Pure.
 */
final class Trial {
    /** The fewest rounds in which outliers can be recognized. */
    private static final int FEWEST = 4;

    /** A round is an outlier if its squares are this many times the median. By chance, about one in 1,000 is. */
    private static final double OUTLIER = 25;

    private static final double LEAST = 1e-6;

    private final int[] sizes;
    private final SplittableRandom random;
    private final List<double[]> all = new ArrayList<>();
    private List<double[]> rounds = List.of();
    private final int[] order;
    private double[] round;
    private int done;

    /** @param sizes ascending */
    Trial(int[] sizes, SplittableRandom random) {
        this.sizes = sizes;
        this.random = random;
        this.order = new int[sizes.length];
        for (int i = 0; i < order.length; i++) order[i] = i;
        begin();
    }

    private void begin() {
        round = new double[sizes.length];
        done = 0;
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
    }

    int[] sizes() {
        return sizes;
    }

    /** The size of the present window. */
    int size() {
        return sizes[order[done]];
    }

    /** Takes the score of the present window. Returns whether a round is complete. */
    boolean add(double score) {
        round[order[done]] = Math.log(score);
        done++;
        if (done < order.length) return false;
        all.add(round);
        rounds = withoutOutliers();
        begin();
        return true;
    }

    /** How many windows it has had in complete rounds. */
    int windows() {
        return all.size() * sizes.length;
    }

    /** How many rounds count. */
    int rounds() {
        return rounds.size();
    }

    /** Whether the latest round does not count. Something may have begun in it, such as an outage. */
    boolean endsWithOutlier() {
        return isOutlier(all.size() - 1);
    }

    /** Whether the latest rounds differ from all others, so that the load or the server is not what it was. */
    boolean hasChanged() {
        int count = all.size();
        return count > FEWEST && isOutlier(count - 1) && isOutlier(count - 2);
    }

    private boolean isOutlier(int round) {
        return !rounds.contains(all.get(round));
    }

    /**
     * If the load or the server changes within a round, its differences are not due to the sizes. Such a round would hide
     * the others, so it is left out. Rounds are compared with medians, which a single round cannot move.
     */
    private List<double[]> withoutOutliers() {
        if (all.size() < FEWEST) return List.copyOf(all);
        double[][] centred = all.stream().map(Trial::centred).toArray(double[][]::new);
        double[] middle = new double[sizes.length];
        for (int i = 0; i < middle.length; i++) {
            int column = i;
            middle[i] = median(
                    Arrays.stream(centred).mapToDouble(each -> each[column]).toArray());
        }
        double[] off = new double[centred.length];
        for (int i = 0; i < off.length; i++) {
            for (int j = 0; j < middle.length; j++) off[i] += Math.pow(centred[i][j] - middle[j], 2);
        }
        double allowed = OUTLIER * median(off) + LEAST;
        List<double[]> kept = new ArrayList<>();
        for (int i = 0; i < off.length; i++) if (off[i] <= allowed) kept.add(all.get(i));
        return kept;
    }

    private static double[] centred(double[] round) {
        double middle = median(round);
        return Arrays.stream(round).map(score -> score - middle).toArray();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The mean of the logarithms at a size. */
    double mean(int size) {
        int column = indexOf(size);
        double sum = 0;
        for (double[] each : rounds) sum += each[column];
        return sum / rounds.size();
    }

    /** By how much a size did better in the second half than in the first. */
    double drift(int size) {
        int column = indexOf(size);
        int half = all.size() / 2;
        double before = all.subList(0, half).stream()
                .mapToDouble(each -> each[column])
                .average()
                .orElse(0);
        return all.subList(half, all.size()).stream()
                        .mapToDouble(each -> each[column])
                        .average()
                        .orElse(0)
                - before;
    }

    /** By how much one size is better than another, in logarithms: 0.05 for some five percent. NaN if one is not tried. */
    double gain(int size, int than) {
        if (indexOf(size) < 0 || indexOf(than) < 0) return Double.NaN;
        return mean(size) - mean(than);
    }

    private int indexOf(int size) {
        for (int i = 0; i < sizes.length; i++) if (sizes[i] == size) return i;
        return -1;
    }

    /** The squared differences that neither the size nor the round explains. */
    double squares() {
        double all = 0;
        for (int size : sizes) all += mean(size);
        double overall = all / sizes.length;
        double sum = 0;
        for (double[] each : rounds) {
            double ofRound = 0;
            for (double score : each) ofRound += score;
            ofRound /= each.length;
            for (int i = 0; i < sizes.length; i++) {
                double rest = each[i] - ofRound - mean(sizes[i]) + overall;
                sum += rest * rest;
            }
        }
        return sum;
    }

    /** How many independent differences {@link #squares} has. */
    double degrees() {
        return (double) (sizes.length - 1) * Math.max(0, rounds.size() - 1);
    }
}
