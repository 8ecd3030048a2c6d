package dev.rockpool.internal.core.sizing;

import dev.rockpool.SizeWindow;
import dev.rockpool.SizingStrategy;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Finds the smallest size with which a pool ends the most leases per second. Pure: windows come in, sizes go out.
 *
 * <p>Only while callers wait does it try other sizes, because otherwise the callers decide how many leases there are.
 * Then it compares a smaller and a greater size with the present one in a {@link Trial}. After at least ten windows:
 *
 * <pre>
 * one is better by more than the noise       move there; the next step in this direction is wider
 * the smaller one is as good                 move there: fewer connections do the same
 * neither                                    stay; the next step is narrower
 * neither, with the narrowest step           rest, and try again later, or when the leases per second change
 * </pre>
 *
 * <p>A window that is disturbed ends a trial and counts for nothing. Tested by {@code SizerLaws}.
 */
public final class ThroughputSizer implements SizingStrategy {
    /** Widths of a step: the greater size in relation to the present one. */
    private static final double[] STEPS = {1.1, 1.25, 1.5, 2};

    /** The step to begin with. */
    private static final int WIDE = 2;

    /** Only above this share of a window with waiting callers does the size decide. */
    private static final double WAITING = 0.9;

    /** A difference of up to one percent counts as none. */
    private static final double TIE = 0.01;

    /** The largest standard error with which the smaller size may count as equally good, by the width of the step. */
    private static final double[] PRECISE = {0.007, 0.0085, 0.012, 0.017};

    /** What is accepted instead when a trial takes too long. */
    private static final double ROUGH = 0.017;

    /** A difference counts if it exceeds three standard errors, or two at the end of a trial. */
    private static final double SURE = 3;

    private static final double SURE_AT_LAST = 2;

    /** Up to this many standard errors, a difference is probably chance. */
    private static final double UNSURE = 1.5;

    private static final int LEAST_WINDOWS = 10;
    private static final int MOST_ROUNDS = 16;
    private static final int SHORTEST_REST = 10;
    private static final int LONGEST_REST = 60;
    private static final int GLANCE = 4;

    /** A load that changed by more than this may explain the result of a trial, so there is another trial. */
    private static final double DRIFT = 0.1;

    /** How many windows after a disturbance are not used. */
    private static final int RECOVERY = 2;

    private final SplittableRandom random;
    private final Noise noise = new Noise();
    private Trial trial;
    private int asked;
    private int size;
    private String reason = "";
    private int step = WIDE;
    private int direction;

    /** How much worse the present size is than the best one, as far as it was measured; never positive. */
    private double lost;

    private int recovering;
    private int resting;
    private int nextRest = SHORTEST_REST;
    private double expected;
    private double glanced;
    private int glances;

    /** @param seed decides in which order sizes are tried */
    public ThroughputSizer(long seed) {
        this.random = new SplittableRandom(seed);
    }

    @Override
    public int getSize() {
        return size;
    }

    @Override
    public String getReason() {
        return reason;
    }

    @Override
    public int next(SizeWindow last) {
        if (last.getSize() != asked) {
            startAt(last.getSize());
            reason = "it was set by hand";
        }
        int inside = Math.max(last.getMin(), Math.min(last.getMax(), size));
        if (inside != size) {
            startAt(inside);
            reason = "the size may be " + last.getMin() + " to " + last.getMax();
        }
        asked = choose(last);
        return asked;
    }

    private void startAt(int size) {
        this.size = size;
        trial = null;
        wake();
    }

    /** Starts again at the present size. */
    private void wake() {
        step = WIDE;
        direction = 0;
        lost = 0;
        resting = 0;
        nextRest = SHORTEST_REST;
        forgetGlances();
    }

    private void forgetGlances() {
        glanced = 0;
        glances = 0;
    }

    private int choose(SizeWindow last) {
        if (last.isDisturbed() || last.getLeases() == 0) {
            trial = null;
            recovering = RECOVERY;
            forgetGlances();
            return size;
        }
        if (recovering > 0) {
            recovering--;
            return size;
        }
        boolean waiting = last.getExhausted() >= WAITING;
        if (trial == null || last.getSize() != trial.size() || isOutside(last)) return begin(last, waiting);
        // A greater size may end the waiting. Then the leases show all that the callers want, and the size serves it.
        if (!waiting && last.getSize() <= size) {
            trial = null;
            return size;
        }
        if (!trial.add(last.leasesPerSecond())) return trial.size();
        if (trial.hasChanged()) {
            trial = null;
            wake();
        } else if (trial.windows() >= LEAST_WINDOWS && !trial.endsWithOutlier()) {
            decide(last);
        }
        return trial == null ? size : trial.size();
    }

    private boolean isOutside(SizeWindow last) {
        int[] sizes = trial.sizes();
        return sizes[0] < last.getMin() || sizes[sizes.length - 1] > last.getMax();
    }

    /** Begins a trial if it is time. */
    private int begin(SizeWindow last, boolean waiting) {
        trial = null;
        if (!waiting || last.getSize() != size || rests(last)) return size;
        int[] sizes = around(last, step);
        if (sizes.length == 1) return size;
        trial = new Trial(sizes, random);
        return trial.size();
    }

    private int[] around(SizeWindow last, int step) {
        int low = Math.max(last.getMin(), Math.min(size - 1, (int) Math.round(size / STEPS[step])));
        int high = Math.min(last.getMax(), Math.max(size + 1, (int) Math.round(size * STEPS[step])));
        return Arrays.stream(new int[] {low, size, high}).distinct().toArray();
    }

    /** Whether it rests for one more window. The rest ends early if the load or the server has changed. */
    private boolean rests(SizeWindow last) {
        if (resting == 0) return false;
        resting--;
        glanced += Math.log(last.leasesPerSecond());
        glances++;
        if (glances < GLANCE) return resting > 0;
        double changed = Math.abs(glanced / glances - expected);
        double allowed = Math.max(5 * TIE, Math.min(20 * TIE, 4 * noise.atMost(0, 0) / Math.sqrt(GLANCE)));
        forgetGlances();
        if (changed > allowed) wake();
        return resting > 0;
    }

    private void decide(SizeWindow window) {
        int[] sizes = trial.sizes();
        int low = sizes[0];
        int high = sizes[sizes.length - 1];
        double error = noise.atMost(trial.squares(), trial.degrees()) * Math.sqrt(2.0 / trial.rounds());
        boolean last = trial.windows() >= MOST_ROUNDS * sizes.length;
        boolean precise = error <= (last ? ROUGH : PRECISE[step]);
        double sure = Math.max(TIE, (last ? SURE_AT_LAST : SURE) * error);
        double up = high > size ? trial.gain(high, size) : Double.NEGATIVE_INFINITY;
        double down = low < size ? trial.gain(low, size) : Double.NEGATIVE_INFINITY;
        if (up > sure && up >= down) move(high, up, error);
        else if (down > sure) move(low, down, error);
        else if (last || up <= Math.max(TIE, UNSURE * error)) {
            if (precise && down + lost >= -TIE) move(low, down, error);
            else if (last || error <= PRECISE[0] || down + lost < -TIE - error) stay(window);
        }
    }

    private void move(int to, double gain, double error) {
        int towards = Integer.signum(to - size);
        if (towards == direction) step = Math.min(STEPS.length - 1, step + 1);
        else if (direction != 0) step = Math.max(0, step - 1);
        direction = towards;
        if (Math.abs(gain) > error) lost = Math.min(0, lost + gain);
        reason = reasonFor(to, gain);
        nextRest = SHORTEST_REST;
        end();
        size = to;
    }

    private String reasonFor(int to, double gain) {
        String numbers = perSecond(to) + " leases per second instead of " + perSecond(size);
        return gain > TIE
                ? to + " connections end " + Math.round(Math.expm1(gain) * 100) + " % more leases: " + numbers
                : to + " connections do as much as " + size + ": " + numbers;
    }

    private String perSecond(int size) {
        return String.format(Locale.ROOT, "%,d", Math.round(Math.exp(trial.mean(size))));
    }

    private void stay(SizeWindow last) {
        int[] tried = trial.sizes();
        expected = trial.mean(size);
        double drift = Math.abs(trial.drift(size));
        end();
        if (drift > DRIFT) {
            wake();
            return;
        }
        direction = 0;
        lost *= 0.9;
        while (step > 0) {
            step--;
            if (!Arrays.equals(around(last, step), tried)) return;
        }
        resting = nextRest;
        nextRest = Math.min(LONGEST_REST, nextRest * 2);
        forgetGlances();
    }

    private void end() {
        noise.learn(trial.squares(), trial.degrees());
        trial = null;
    }
}
