package dev.rockpool.internal.core.sizing;

import dev.rockpool.SizeAdvice;
import dev.rockpool.SizeAdvice.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Judges the size of a pool by its usage. Pure.
 *
 * <p>The load is how many connections would be in use if no caller had to wait: callers per second times the duration
 * of a lease. Erlang's formula gives the size at which one caller in ten waits. Tested by {@code SizeAdvisorLaws}.
 */
public final class SizeAdvisor {
    private static final double SECOND = 1e9;
    private static final long LEAST_NANOS = (long) (300 * SECOND);
    private static final long LEAST_LEASES = 1_000;
    private static final int MINUTE = 60;

    /** The share of callers that may have to wait. */
    private static final double WAITING = 0.1;

    /** One minute in this many counts as busy. */
    private static final int BUSIEST = 5;

    /** With fewer leases in a minute, their mean says little. */
    private static final int LEAST_OF_MINUTE = 5;

    /** The smallest share of the time that is worth a finding. */
    private static final double WORTH = 0.05;

    /** Callers that arrive at random need more in some seconds anyway. A burst needs this many times the size. */
    private static final double BURST = 2;

    /** The smallest share of the time that counts as bursts. */
    private static final double RARE = 0.01;

    private final List<Usage> seconds;
    private final int size;
    private final Usage all;
    private final double load;
    private final int need;
    private final List<String> evidence = new ArrayList<>();

    private SizeAdvisor(List<Usage> seconds, int size) {
        this.seconds = seconds;
        this.size = size;
        this.all = seconds.stream().reduce(Usage.NONE, Usage::plus);
        this.load = busiestLoad();
        this.need = needed(load);
    }

    /**
     * @param seconds the usage, the oldest first
     * @param size the present {@code maxSize}
     */
    public static SizeAdvice advise(List<Usage> seconds, int size) {
        return new SizeAdvisor(seconds, size).advise();
    }

    /** The smallest number of connections with which at most one caller in ten has to wait. */
    static int needed(double load) {
        int size = Math.max(1, (int) Math.ceil(load));
        while (waiting(size, load) > WAITING) size++;
        return size;
    }

    /** The share of callers that wait, by Erlang's formula C. */
    private static double waiting(int size, double load) {
        if (size <= load) return 1;
        double blocked = 1;
        for (int i = 1; i <= size; i++) blocked = load * blocked / (i + load * blocked);
        return blocked / (1 - load / size * (1 - blocked));
    }

    private double busiestLoad() {
        double hold = all.meanHold();
        List<Double> loads = new ArrayList<>();
        for (int from = 0; from + MINUTE <= seconds.size(); from += MINUTE) {
            Usage minute = seconds.subList(from, from + MINUTE).stream().reduce(Usage.NONE, Usage::plus);
            loads.add(minute.load(minute.ended() < LEAST_OF_MINUTE ? hold : minute.meanHold()));
        }
        loads.sort(Comparator.reverseOrder());
        int busiest = Math.max(1, loads.size() / BUSIEST);
        return loads.stream()
                .limit(busiest)
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
    }

    private SizeAdvice advise() {
        if (all.nanos() < LEAST_NANOS || all.ended() < LEAST_LEASES) {
            String seen = Math.round(all.nanos() / SECOND) + " seconds and " + all.ended() + " leases";
            return of(Kind.UNKNOWN, 0, "advice needs 300 seconds and 1000 leases, and there were " + seen);
        }
        double exhausted = share(all.exhausted());
        double connecting = share(all.opening());
        evidence.add(one(all.inUse()) + " connections were in use on average, " + one(load)
                + " would have been in the busiest minutes");
        evidence.add("a lease took " + millis(all) + " on average");
        evidence.add("callers waited for a lease to end in " + percent(exhausted) + " of the time");
        if (all.leaked() > 0) {
            String text = all.leaked() + " leases were not returned in time: see leakThreshold and diagnose()";
            return of(Kind.LEAK, 0, text);
        }
        if (all.openFailed() > 0 || connecting > WORTH) {
            evidence.add(all.openFailed() + " connects failed, and callers waited for one in " + percent(connecting)
                    + " of the time");
            return of(Kind.CONNECTING, 0, "callers wait for connects: look at the server and minIdle, not at the size");
        }
        if (need > size || exhausted > WORTH) return tooFew();
        int busiest = busiestSecond();
        if (exhausted > RARE && busiest > BURST * size) return bursts(busiest);
        int unused = size - need;
        if (unused > Math.max(1, size / 4)) {
            return of(Kind.TOO_LARGE, need, need + " connections are enough, " + unused + " stay unused");
        }
        return of(Kind.FITS, size, size + " connections fit the load");
    }

    /** Callers wait. More connections help only if the server can work on them. */
    private SizeAdvice tooFew() {
        Scaling scaling = Scaling.of(seconds);
        if (scaling.verdict() == Scaling.Verdict.UNKNOWN) {
            String text = "callers wait, but there was no quieter time to compare with: try another size, or autoSize";
            return of(Kind.UNKNOWN, 0, text);
        }
        evidence.add(
                "with " + one(scaling.quiet().inUse()) + " connections in use a lease took " + millis(scaling.quiet())
                        + ", with " + one(scaling.busy().inUse()) + " it took " + millis(scaling.busy()));
        if (scaling.verdict() == Scaling.Verdict.SERVER_IS_FULL) {
            int useful = Math.max(1, Math.min(size, (int) Math.ceil(scaling.useful())));
            String text = "the server does no more with more connections, " + useful + " do the same work";
            return of(Kind.SERVER_IS_THE_LIMIT, useful, text);
        }
        if (need <= size) return bursts(Math.max(size + 1, busiestSecond()));
        return of(Kind.TOO_SMALL, need, need + " connections are needed, " + (need - size) + " more");
    }

    private SizeAdvice bursts(int needed) {
        String text = "the busiest seconds need " + needed + " connections, the busiest minutes " + need;
        return of(Kind.BURSTS, needed, text);
    }

    private int busiestSecond() {
        double hold = all.meanHold();
        return needed(
                seconds.stream().mapToDouble(each -> each.load(hold)).max().orElse(0));
    }

    private SizeAdvice of(Kind kind, int advised, String text) {
        return new SizeAdvice(kind, advised, text, evidence);
    }

    private double share(long nanos) {
        return (double) nanos / all.nanos();
    }

    private static String percent(double share) {
        return Math.round(share * 100) + " %";
    }

    private static String one(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String millis(Usage usage) {
        return one(usage.meanHold() / 1e6) + " ms";
    }
}
