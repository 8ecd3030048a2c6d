package dev.rockpool.jdbc.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.jdbc.ClusterEvent;
import dev.rockpool.jdbc.ClusterEvent.Kind;
import dev.rockpool.jdbc.ClusterMember;
import dev.rockpool.jdbc.ClusterMember.Status;
import dev.rockpool.jdbc.internal.cluster.Observation.Answer;
import dev.rockpool.jdbc.internal.cluster.Observation.Unreachable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TopologyTest {
    private static final boolean IS_PROOF = Boolean.getBoolean("rockpool.proof");
    private static final int RUNS = IS_PROOF ? 20_000 : 300;
    private static final int STEPS = 200;
    private static final long SECOND = 1_000_000_000L;
    private static final long MAX_LAG = 2 * SECOND;
    private static final long SYSTEM = 7;

    private final Topology topology = new Topology(List.of("a:1", "b:2"), MAX_LAG, 0);
    private long now;

    private static Answer primary(long timeline, long position) {
        return new Answer(false, timeline, position, SYSTEM, 0);
    }

    private static Answer standby(long position) {
        return new Answer(true, 0, position, SYSTEM, 0);
    }

    private static Unreachable away() {
        return new Unreachable("connection refused");
    }

    private List<Kind> observe(int member, Observation seen) {
        return topology.observe(member, seen, now).stream()
                .map(ClusterEvent::getKind)
                .toList();
    }

    private Status status(int member) {
        return topology.view().members().get(member).getStatus();
    }

    private void startWithPrimaryA() {
        observe(0, primary(1, 100));
        observe(1, standby(100));
        assertEquals(0, topology.view().primary());
        assertTrue(topology.view().serves(1));
    }

    @Test
    void nothingIsDecidedBeforeEachMemberWasAskedOnce() {
        assertEquals(List.of(), observe(1, primary(1, 5)));
        assertEquals(-1, topology.view().primary());
        assertEquals(List.of(Kind.PRIMARY_CHANGED, Kind.SPLIT_BRAIN), sorted(observe(0, primary(2, 5))));
        assertEquals(0, topology.view().primary());
    }

    @Test
    void aMemberThatHangsDelaysTheFirstDecisionForTwoSeconds() {
        observe(0, primary(1, 100));
        now = Topology.FIRST_ROUND;
        assertEquals(List.of(Kind.PRIMARY_CHANGED), observe(0, primary(1, 100)));
    }

    @Test
    @DisplayName("105: of two primaries the one with the higher timeline leads, and the other is reported once")
    void twoPrimaries() {
        startWithPrimaryA();
        assertEquals(List.of(Kind.PRIMARY_CHANGED, Kind.SPLIT_BRAIN), sorted(observe(1, primary(2, 100))));
        assertEquals(1, topology.view().primary());
        assertEquals(Status.REFUSED, status(0));
        assertEquals(List.of(), observe(0, primary(1, 120)));
        assertEquals(
                "it accepts writes on timeline 1, and b:2 is the primary on timeline 2",
                topology.view().members().get(0).getProblem());
    }

    @Test
    @DisplayName("105: a former primary that comes back alone gets no writes")
    void formerPrimaryAlone() {
        startWithPrimaryA();
        observe(0, away());
        observe(1, primary(2, 100));
        observe(1, away());
        observe(0, primary(1, 120));
        assertEquals(1, topology.view().primary());
        assertEquals(Status.REFUSED, status(0));
    }

    @Test
    @DisplayName("107: without a primary the standbys serve")
    void noPrimary() {
        startWithPrimaryA();
        assertEquals(List.of(Kind.MEMBER_UNREACHABLE), observe(0, away()));
        now += 60 * SECOND;
        assertEquals(List.of(), observe(1, standby(100)));
        assertTrue(topology.view().serves(1));
        assertEquals(List.of(Kind.MEMBER_BACK, Kind.NO_PRIMARY), observe(0, standby(100)));
        assertTrue(topology.view().serves(0));
    }

    @Test
    @DisplayName("108: a standby over the lag limit is out, and under it in again")
    void lag() {
        startWithPrimaryA();
        for (int i = 1; i <= 2; i++) {
            now += SECOND;
            observe(0, primary(1, 100 + i));
            assertEquals(List.of(), observe(1, standby(100)));
        }
        now += SECOND + 1;
        assertEquals(List.of(Kind.STANDBY_LAGS), observe(1, standby(100)));
        assertEquals(List.of(), observe(1, standby(100)));
        assertEquals(List.of(Kind.STANDBY_CAUGHT_UP), observe(1, standby(102)));
    }

    @Test
    @DisplayName(
            "108: an idle primary makes no standby lag, and a standby that was far behind at the start lags at once")
    void lagAtTheEdges() {
        startWithPrimaryA();
        now += 3_600 * SECOND;
        observe(0, primary(1, 100));
        assertEquals(List.of(), observe(1, standby(100)));
        Topology other = new Topology(List.of("a:1", "b:2"), MAX_LAG, 0);
        other.observe(0, primary(1, 100), 0);
        other.observe(1, new Answer(true, 0, 50, SYSTEM, 10 * SECOND), 0);
        assertEquals(Status.LAGGING, other.view().members().get(1).getStatus());
    }

    @Test
    void aMemberOfAnotherDatabaseClusterIsRefused() {
        startWithPrimaryA();
        assertEquals(List.of(Kind.FOREIGN_SYSTEM), observe(1, new Answer(false, 9, 500, SYSTEM + 1, 0)));
        assertEquals(0, topology.view().primary());
        assertEquals(Status.FOREIGN, status(1));
    }

    @Test
    void aStandbyThatStillFollowsTheFormerTimelineServesNoReads() {
        Topology three = new Topology(List.of("a:1", "b:2", "c:3"), MAX_LAG, 0);
        three.observe(0, away(), 0);
        three.observe(1, primary(2, 100), 0);
        three.observe(2, new Answer(true, 1, 150, SYSTEM, 0), 0);
        assertEquals(Status.LAGGING, three.view().members().get(2).getStatus());
        three.observe(2, new Answer(true, 2, 100, SYSTEM, 0), 0);
        assertTrue(three.view().serves(2));
    }

    static Stream<Long> seeds() {
        Long given = Long.getLong("rockpool.seed");
        if (given != null) return Stream.of(given);
        return LongStream.concat(LongStream.range(0, RUNS), new Random().longs(RUNS))
                .boxed();
    }

    /** Rerun one by {@code -Drockpool.seed=N}. */
    @Test
    void randomSequencesKeepTheLaws() {
        seeds().forEach(seed -> {
            try {
                run(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("failed with -Drockpool.seed=" + seed, e);
            }
        });
    }

    private static void run(Random random) {
        int size = 1 + random.nextInt(4);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < size; i++) names.add("m" + i);
        Topology topology = new Topology(names, MAX_LAG, 0);
        Observation[] latest = new Observation[size];
        long now = 0;
        long led = 0;
        for (int step = 0; step < STEPS; step++) {
            now += (long) (random.nextDouble() * SECOND);
            int member = random.nextInt(size);
            Observation seen = random.nextInt(4) == 0 && latest[member] != null ? latest[member] : any(random, step);
            boolean repeated = seen.equals(latest[member]);
            latest[member] = seen;
            View before = topology.view();
            List<ClusterEvent> events = topology.observe(member, seen, now);
            View after = topology.view();

            // Each change is told, and nothing else is. Time alone changes only the lag.
            if (statuses(before).equals(statuses(after))
                    && before.primary() == after.primary()
                    && !statuses(before).stream().allMatch(Status.UNKNOWN::equals)) assertEquals(List.of(), events);
            if (before.primary() != after.primary())
                assertTrue(events.stream()
                        .map(ClusterEvent::getKind)
                        .anyMatch(kind -> kind == Kind.PRIMARY_CHANGED || kind == Kind.NO_PRIMARY));
            if (repeated && !statuses(before).contains(Status.UNKNOWN)) assertEquals(before.primary(), after.primary());

            int primary = after.primary();
            if (primary >= 0 && latest[primary] instanceof Answer leader) {
                assertTrue(!leader.standby(), "a member that says it is a standby is not the primary");
                assertTrue(leader.timeline() >= led, "the timeline of the primary never falls");
                led = leader.timeline();
                for (int i = 0; i < size; i++)
                    if (latest[i] instanceof Answer other && !other.standby() && other.system() == leader.system())
                        assertTrue(other.timeline() <= leader.timeline(), "no writable member has a higher timeline");
            }
            for (int i = 0; i < size; i++) {
                if (!after.serves(i)) continue;
                Answer serving = (Answer) latest[i];
                assertTrue(serving.standby(), "only standbys serve");
                assertTrue(after.members().get(i).getLag().toNanos() <= MAX_LAG, "no standby over the limit serves");
                if (primary >= 0 && latest[primary] instanceof Answer leader)
                    assertEquals(leader.system(), serving.system(), "no member of another system serves");
            }
        }
    }

    private static List<Status> statuses(View view) {
        return view.members().stream().map(ClusterMember::getStatus).toList();
    }

    private static Observation any(Random random, int step) {
        if (random.nextInt(5) == 0) return away();
        boolean standby = random.nextInt(3) > 0;
        long timeline = 1 + random.nextInt(1 + step / 20);
        return new Answer(
                standby,
                standby && random.nextBoolean() ? 0 : timeline,
                step * 10L + random.nextInt(20),
                random.nextInt(20) == 0 ? SYSTEM + 1 : SYSTEM,
                random.nextInt(3) * SECOND);
    }

    private static List<Kind> sorted(List<Kind> kinds) {
        return kinds.stream().sorted().toList();
    }
}
