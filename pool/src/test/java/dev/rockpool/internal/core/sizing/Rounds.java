package dev.rockpool.internal.core.sizing;

/** Runs trials round by round. */
final class Rounds {
    private Rounds() {}

    /** Plays a round. The logarithms of the scores are in the order of the sizes. */
    static void play(Trial trial, double... logarithms) {
        int[] sizes = trial.sizes();
        boolean complete = false;
        while (!complete) {
            int column = 0;
            while (sizes[column] != trial.size()) column++;
            complete = trial.add(Math.exp(logarithms[column]));
        }
    }

    /** Plays a round for each number. It is how much better the greatest size does in it. */
    static void playWithGreatest(Trial trial, double... better) {
        for (double each : better) {
            double[] logarithms = new double[trial.sizes().length];
            for (int i = 0; i < logarithms.length; i++) logarithms[i] = i;
            logarithms[logarithms.length - 1] += each;
            play(trial, logarithms);
        }
    }
}
