package dev.rockpool.internal.core.sizing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Whether leases take longer when there are more of them. That shows whether the server or the pool is the limit. It
 * compares the times with most connections in use to those with fewest. Pure.
 */
final class Scaling {
    enum Verdict {
        /** There were no busy times, or no quiet times. */
        UNKNOWN,
        /** Leases do not take longer: the server would serve more of them. */
        SERVER_HAS_ROOM,
        /** The more leases there are, the longer they take: the server serves no more of them. */
        SERVER_IS_FULL
    }

    /** The fewest leases of a group of seconds. The mean of fewer says little. */
    private static final int ENOUGH = 100;

    private static final int GROUPS = 6;

    /** By how much the connections in use must differ. */
    private static final double APART = 1.5;

    /** How much slower leases may be, as a power of how many more there are: 0 if the server has room, 1 if it is full. */
    private static final double SLOWER = 0.35;

    private final Usage quiet;
    private final Usage busy;
    private final boolean known;

    private Scaling(Usage quiet, Usage busy, boolean known) {
        this.quiet = quiet;
        this.busy = busy;
        this.known = known;
    }

    static Scaling of(List<Usage> seconds) {
        List<Usage> groups = new ArrayList<>();
        Usage group = Usage.NONE;
        for (Usage each : seconds) {
            group = group.plus(each);
            if (group.ended() < ENOUGH) continue;
            groups.add(group);
            group = Usage.NONE;
        }
        if (groups.size() < GROUPS) return new Scaling(Usage.NONE, Usage.NONE, false);
        groups.sort(Comparator.comparingDouble(Usage::inUse));
        int third = groups.size() / 3;
        Usage quiet = groups.subList(0, third).stream().reduce(Usage.NONE, Usage::plus);
        Usage busy =
                groups.subList(groups.size() - third, groups.size()).stream().reduce(Usage.NONE, Usage::plus);
        return new Scaling(quiet, busy, busy.inUse() >= APART * quiet.inUse());
    }

    Verdict verdict() {
        if (!known) return Verdict.UNKNOWN;
        double slower = Math.log(busy.meanHold() / quiet.meanHold());
        double more = Math.log(busy.inUse() / quiet.inUse());
        return slower < SLOWER * more ? Verdict.SERVER_HAS_ROOM : Verdict.SERVER_IS_FULL;
    }

    /** How many connections suffice for all that the server can do: the leases of busy times, as short as in quiet times. */
    double useful() {
        return busy.ended() * quiet.meanHold() / busy.nanos();
    }

    Usage quiet() {
        return quiet;
    }

    Usage busy() {
        return busy;
    }
}
