package dev.rockpool.examples.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummariesTest {
    private static final double EXACT = 1e-9;
    private static final Metric RATE = Metric.more("rate", "per second");

    @Test
    void eachForkCountsOnceWithTheMeanOfItsSamples() {
        Figure figure =
                figures(List.of(fork(0, 1, 3), fork(1, 4), fork(2, 9, 9, 9))).get("time");
        assertEquals(List.of(2.0, 4.0, 9.0), figure.getForks());
        assertEquals(5, figure.getMean(), EXACT);
        assertEquals(4, figure.getMedian(), EXACT);
        assertEquals(2, figure.getMin(), EXACT);
        assertEquals(9, figure.getMax(), EXACT);
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddleOnes() {
        assertEquals(3, figures(List.of(fork(0, 2), fork(1, 4))).get("time").getMedian(), EXACT);
    }

    @Test
    void theAdvantageIsTheGeometricMeanOfTheRounds() {
        Advantage advantage = Summaries.advantage(
                FakeCase.TIME, List.of(fork(0, 10), fork(1, 10)), List.of(fork(0, 20), fork(1, 80)));
        assertEquals(4, advantage.getMean(), EXACT);
        assertEquals(2, advantage.getMin(), EXACT);
        assertEquals(8, advantage.getMax(), EXACT);
    }

    @Test
    void ifMoreIsBetterTheAdvantageIsInverted() {
        Advantage advantage = Summaries.advantage(
                RATE,
                List.of(new ForkResult(0, Map.of("rate", List.of(30.0)), null, false)),
                List.of(new ForkResult(0, Map.of("rate", List.of(10.0)), null, false)));
        assertEquals(3, advantage.getMean(), EXACT);
    }

    @Test
    void onlyRoundsThatBothMeasuredAreCompared() {
        Advantage advantage =
                Summaries.advantage(FakeCase.TIME, List.of(fork(0, 10), fork(1, 10)), List.of(failed(0), fork(1, 30)));
        assertEquals(3, advantage.getMean(), EXACT);
        assertNull(Summaries.advantage(FakeCase.TIME, List.of(fork(0, 10)), List.of(failed(0))));
    }

    @Test
    void thereIsNoAdvantageOverZero() {
        assertNull(Summaries.advantage(FakeCase.TIME, List.of(fork(0, 10)), List.of(fork(0, 0))));
        assertNull(Summaries.advantage(FakeCase.TIME, List.of(fork(0, 0)), List.of(fork(0, 10))));
    }

    @Test
    void aGoalOverTheBestPeerIgnoresDedicatedConnections() {
        CaseResult result = result(Map.of("rockpool", 10.0, "hikaricp", 40.0, "agroal", 25.0, "dedicated", 5.0));
        GoalResult goal = Goal.overBest(FakeCase.TIME, 2.6).judge(result);
        assertEquals(2.5, goal.getFigure(), EXACT);
        assertEquals(Boolean.FALSE, goal.getMet());
        assertEquals(
                Boolean.TRUE,
                Goal.over("hikaricp", FakeCase.TIME, 4).judge(result).getMet());
        assertEquals(
                Boolean.TRUE,
                Goal.over("hikaricp", "agroal", FakeCase.TIME, 0.6)
                        .judge(result)
                        .getMet());
    }

    @Test
    void aGoalThatWasNotMeasuredIsNeitherMetNorMissed() {
        CaseResult result = result(Map.of("rockpool", 10.0));
        assertNull(Goal.overBest(FakeCase.TIME, 2).judge(result).getMet());
        assertNull(Goal.over("hikaricp", FakeCase.TIME, 2).judge(result).getMet());
        assertNull(Goal.atMost(RATE, 2).judge(result).getMet());
        assertNull(
                Goal.flat("both", List.of(FakeCase.TIME, RATE), 2).judge(result).getMet());
    }

    @Test
    void aFigureMayEqualItsBound() {
        CaseResult result = result(Map.of("rockpool", 10.0));
        assertEquals(Boolean.TRUE, Goal.atMost(FakeCase.TIME, 10).judge(result).getMet());
        assertEquals(
                Boolean.FALSE, Goal.atMost(FakeCase.TIME, 9.9).judge(result).getMet());
    }

    private static Map<String, Figure> figures(List<ForkResult> forks) {
        FakeCase fake = new FakeCase((candidate, earlier) -> 0, "rockpool");
        return Summaries.summary(fake, null, Map.of(FakeCase.candidate("rockpool"), forks))
                .candidate("rockpool")
                .getFigures();
    }

    private static CaseResult result(Map<String, Double> times) {
        Map<Candidate, List<ForkResult>> forks = new LinkedHashMap<>();
        times.forEach((key, time) -> forks.put(FakeCase.candidate(key), List.of(fork(0, time))));
        return Summaries.summary(new FakeCase((candidate, earlier) -> 0, "rockpool"), null, forks);
    }

    private static ForkResult fork(int round, double... times) {
        List<Double> samples = java.util.Arrays.stream(times).boxed().toList();
        return new ForkResult(round, Map.of("time", samples), null, false);
    }

    private static ForkResult failed(int round) {
        return new ForkResult(round, null, "broken", false);
    }
}
