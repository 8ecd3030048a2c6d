package dev.rockpool.examples.bench;

import dev.rockpool.examples.Numbers;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** A goal of Rockpool in a case, judged by the figures of the run. */
public final class Goal {
    private static final String ROCKPOOL = "rockpool";

    private final String text;
    private final boolean atLeast;
    private final double bound;
    private final Function<CaseResult, Double> figure;

    private Goal(String text, boolean atLeast, double bound, Function<CaseResult, Double> figure) {
        this.text = text;
        this.atLeast = atLeast;
        this.bound = bound;
        this.figure = figure;
    }

    /** Rockpool is at least this many times as good as the best other pool. */
    public static Goal overBest(Metric metric, double atLeast) {
        return new Goal(
                metric.title() + ": times as good as the best peer", true, atLeast, result -> best(result, metric));
    }

    /** Rockpool is at least this many times as good as this candidate. */
    public static Goal over(String other, Metric metric, double atLeast) {
        return over(ROCKPOOL, other, metric, atLeast);
    }

    /** One of Rockpool's candidates is at least this many times as good as another candidate. */
    public static Goal over(String ours, String other, Metric metric, double atLeast) {
        String who = ours.equals(ROCKPOOL) ? "" : ours + ", ";
        return new Goal(
                who + metric.title() + ": times as good as " + other,
                true,
                atLeast,
                result -> advantage(metric, result.candidate(ours), result.candidate(other)));
    }

    /** A figure of Rockpool is at most this. The median of the forks counts. */
    public static Goal atMost(Metric metric, double bound) {
        return new Goal(metric.title(), false, bound, result -> own(result, metric));
    }

    /** The largest of these figures of Rockpool is at most this many times the smallest. */
    public static Goal flat(String what, List<Metric> metrics, double bound) {
        return new Goal(what + ": the largest by the smallest", false, bound, result -> spread(result, metrics));
    }

    GoalResult judge(CaseResult result) {
        Double reached = figure.apply(result);
        Boolean met = reached == null ? null : Boolean.valueOf(atLeast ? reached >= bound : reached <= bound);
        return new GoalResult(text, reached, (atLeast ? "at least " : "at most ") + Numbers.figure(bound), met);
    }

    private static Double best(CaseResult result, Metric metric) {
        return result.getCandidates().stream()
                .filter(other -> JdbcCandidates.isPool(other.getPeer()))
                .map(other -> advantage(metric, result.candidate(ROCKPOOL), other))
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static Double advantage(Metric metric, CandidateResult ours, CandidateResult other) {
        if (ours == null || other == null) return null;
        Advantage advantage = Summaries.advantage(metric, ours.getForks(), other.getForks());
        return advantage == null ? null : Double.valueOf(advantage.getMean());
    }

    private static Double own(CaseResult result, Metric metric) {
        CandidateResult ours = result.candidate(ROCKPOOL);
        Figure figure = ours == null ? null : ours.getFigures().get(metric.key());
        return figure == null ? null : Double.valueOf(figure.getMedian());
    }

    private static Double spread(CaseResult result, List<Metric> metrics) {
        List<Double> all = metrics.stream().map(metric -> own(result, metric)).toList();
        if (all.contains(null)) return null;
        return all.stream().max(Comparator.naturalOrder()).orElseThrow()
                / all.stream().min(Comparator.naturalOrder()).orElseThrow();
    }
}
