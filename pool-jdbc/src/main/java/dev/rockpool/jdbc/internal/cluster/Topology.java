package dev.rockpool.jdbc.internal.cluster;

import dev.rockpool.jdbc.ClusterEvent;
import dev.rockpool.jdbc.ClusterEvent.Kind;
import dev.rockpool.jdbc.ClusterMember;
import dev.rockpool.jdbc.ClusterMember.Status;
import dev.rockpool.jdbc.internal.cluster.Observation.Answer;
import dev.rockpool.jdbc.internal.cluster.Observation.Unreachable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decides from observations of the members which one is the primary and which standbys serve. Pure: no I/O, no clock.
 *
 * <p>Rules. Of the members that accept writes, the one with the highest timeline is the primary. A timeline lower than
 * that of a former primary is never accepted, so a former primary that comes back alone gets no writes. A primary that
 * gives no answer stays the primary until another one is found, or until it says that it is a standby. The first primary
 * decides which database cluster this is.
 *
 * <p>Nothing is decided before each member was asked once, or {@value #FIRST_ROUND} ns have passed. So the order of the
 * answers does not matter: a former primary that answers first, while the new one is slow, gets no writes. Not thread-safe. Tested by {@code TopologyTest}.
 */
public final class Topology {
    static final long FIRST_ROUND = 2_000_000_000;
    private static final int NONE = -1;

    private final List<String> names;
    private final long maxLag;
    private final long start;
    private final Observation[] latest;
    private final long[] lags;
    private final PrimaryPositions positions = new PrimaryPositions();

    /** The database cluster, known from its first primary. */
    private Long system;

    /** The highest timeline of any primary so far. */
    private long timeline;

    private View view;

    /**
     * @param maxLag how far a standby that serves may be behind, in nanoseconds
     * @param now the present time
     */
    public Topology(List<String> names, long maxLag, long now) {
        this.names = names;
        this.maxLag = maxLag;
        this.start = now;
        this.latest = new Observation[names.size()];
        this.lags = new long[names.size()];
        this.view = viewOf(NONE);
    }

    public View view() {
        return view;
    }

    /**
     * Takes in what was seen of a member.
     *
     * @return what has changed, in words; mostly nothing
     */
    public List<ClusterEvent> observe(int member, Observation seen, long now) {
        latest[member] = seen;
        if (Arrays.asList(latest).contains(null) && now - start < FIRST_ROUND) return List.of();
        int primary = decide();
        if (primary != view.primary()) positions.clear();
        if (primary >= 0 && latest[primary] instanceof Answer answer) {
            timeline = answer.timeline();
            positions.add(now, answer.position());
        }
        if (seen instanceof Answer answer && answer.standby())
            lags[member] = positions.lag(now, answer.position(), answer.replayDelay());
        View before = view;
        view = viewOf(primary);
        return changes(before);
    }

    private int decide() {
        if (system == null) {
            int first = firstWritable();
            if (first >= 0) system = ((Answer) latest[first]).system();
        }
        int best = NONE;
        for (int member = 0; member < latest.length; member++)
            if (mayLead(member) && (best < 0 || isBetter(member, best))) best = member;
        if (best >= 0) return best;
        int former = view.primary();
        return former >= 0 && latest[former] instanceof Unreachable ? former : NONE;
    }

    private int firstWritable() {
        for (int member = 0; member < latest.length; member++)
            if (latest[member] instanceof Answer answer && !answer.standby()) return member;
        return NONE;
    }

    private boolean mayLead(int member) {
        return latest[member] instanceof Answer answer
                && !answer.standby()
                && answer.system() == system
                && answer.timeline() >= timeline;
    }

    private boolean isBetter(int member, int other) {
        long own = ((Answer) latest[member]).timeline();
        long others = ((Answer) latest[other]).timeline();
        return own > others || own == others && member == view.primary();
    }

    /** Before there was a primary, the first standby that answers stands for the cluster. */
    private long presentSystem() {
        if (system != null) return system;
        for (Observation seen : latest) if (seen instanceof Answer answer) return answer.system();
        return 0;
    }

    private View viewOf(int primary) {
        List<ClusterMember> members = new ArrayList<>();
        for (int member = 0; member < latest.length; member++) members.add(memberOf(member, primary));
        return new View(primary, List.copyOf(members));
    }

    private ClusterMember memberOf(int member, int primary) {
        String name = names.get(member);
        if (latest[member] instanceof Unreachable lost)
            return new ClusterMember(name, Status.UNREACHABLE, 0, 0, null, lost.problem());
        if (!(latest[member] instanceof Answer answer))
            return new ClusterMember(name, Status.UNKNOWN, 0, 0, null, null);
        Status status = statusOf(member, answer, primary);
        Duration lag = answer.standby() ? Duration.ofNanos(lags[member]) : null;
        String problem = problemOf(status, answer, primary, lag);
        return new ClusterMember(name, status, answer.timeline(), answer.position(), lag, problem);
    }

    private Status statusOf(int member, Answer answer, int primary) {
        if (answer.system() != presentSystem()) return Status.FOREIGN;
        if (member == primary) return Status.PRIMARY;
        if (!answer.standby()) return Status.REFUSED;
        return isBehind(answer) || lags[member] > maxLag ? Status.LAGGING : Status.STANDBY;
    }

    /** Whether a standby still follows a former primary. */
    private boolean isBehind(Answer standby) {
        return standby.timeline() != 0 && standby.timeline() < timeline;
    }

    private String problemOf(Status status, Answer answer, int primary, Duration lag) {
        return switch (status) {
            case FOREIGN ->
                "its system identifier is " + answer.system() + ", and that of the cluster is " + presentSystem();
            case REFUSED ->
                "it accepts writes on timeline " + answer.timeline() + ", and "
                        + (primary < 0 ? "a later primary was" : names.get(primary) + " is the primary")
                        + " on timeline "
                        + timeline;
            case LAGGING ->
                isBehind(answer)
                        ? "it follows timeline " + answer.timeline() + ", and the primary is on timeline " + timeline
                        : lag.toMillis() + " ms behind, more than maxLag = " + maxLag / 1_000_000 + " ms";
            default -> null;
        };
    }

    private List<ClusterEvent> changes(View before) {
        List<ClusterEvent> events = new ArrayList<>();
        for (int member = 0; member < latest.length; member++) addChange(before, member, events);
        int primary = view.primary();
        if (primary != before.primary() || wasUndecided(before)) addPrimary(before.primary(), primary, events);
        return events;
    }

    private boolean wasUndecided(View before) {
        return view.primary() < 0 && before.members().stream().allMatch(member -> member.getStatus() == Status.UNKNOWN);
    }

    private void addPrimary(int former, int primary, List<ClusterEvent> events) {
        if (primary < 0) {
            String was = former < 0 ? "" : "; " + names.get(former) + " was the primary before";
            events.add(new ClusterEvent(Kind.NO_PRIMARY, null, "no member accepts writes" + was));
            return;
        }
        String name = names.get(primary);
        String instead = former < 0 ? "" : ", instead of " + names.get(former);
        events.add(new ClusterEvent(
                Kind.PRIMARY_CHANGED, name, name + " is the primary on timeline " + timeline + instead));
    }

    private void addChange(View before, int member, List<ClusterEvent> events) {
        Status was = before.members().get(member).getStatus();
        ClusterMember now = view.members().get(member);
        if (now.getStatus() == was) return;
        String name = now.getName();
        switch (now.getStatus()) {
            case UNREACHABLE ->
                events.add(new ClusterEvent(
                        Kind.MEMBER_UNREACHABLE,
                        name,
                        (member == view.primary() ? "the primary " + name : name) + " gives no answer: "
                                + now.getProblem()));
            case REFUSED ->
                events.add(new ClusterEvent(
                        Kind.SPLIT_BRAIN, name, "nothing is written to " + name + ": " + now.getProblem()));
            case FOREIGN ->
                events.add(new ClusterEvent(Kind.FOREIGN_SYSTEM, name, name + " is not used: " + now.getProblem()));
            case LAGGING ->
                events.add(new ClusterEvent(Kind.STANDBY_LAGS, name, name + " serves no reads: " + now.getProblem()));
            case STANDBY -> {
                if (was == Status.LAGGING)
                    events.add(new ClusterEvent(Kind.STANDBY_CAUGHT_UP, name, name + " serves reads again"));
                else if (was != Status.UNKNOWN)
                    events.add(new ClusterEvent(Kind.MEMBER_BACK, name, name + " is back as a standby"));
            }
            case PRIMARY -> {
                if (was == Status.UNREACHABLE)
                    events.add(new ClusterEvent(Kind.MEMBER_BACK, name, name + " is back as the primary"));
            }
            case UNKNOWN -> throw new IllegalStateException(name + " became unknown");
        }
    }
}
