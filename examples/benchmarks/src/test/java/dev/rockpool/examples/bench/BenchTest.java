package dev.rockpool.examples.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BenchTest {
    private static final Pattern EXTERNAL =
            Pattern.compile("(?:src|href)\\s*=\\s*[\"']?\\s*(?:https?:)?//|@import|<link");

    private final StringWriter err = new StringWriter();

    @Test
    void forksAreInterleavedAndEachRoundStartsWithAnotherCandidate() {
        FakeCase fake = new FakeCase((candidate, earlier) -> 1, "rockpool", "hikaricp", "agroal");
        run(fake, List.of());
        assertEquals(
                List.of(
                        "rockpool",
                        "hikaricp",
                        "agroal",
                        "hikaricp",
                        "agroal",
                        "rockpool",
                        "agroal",
                        "rockpool",
                        "hikaricp"),
                fake.measured());
    }

    @Test
    void rockpoolIsMeasuredEvenIfOnlyOthersAreRequested() {
        FakeCase fake = new FakeCase((candidate, earlier) -> 1, "rockpool", "hikaricp", "agroal");
        BenchResult result = run(fake, List.of("agroal"));
        assertEquals(
                List.of("rockpool", "agroal"),
                result.getCases().get(0).getCandidates().stream()
                        .map(CandidateResult::getKey)
                        .toList());
    }

    @Test
    void aFailedCandidateIsRetriedAndTheRunContinues() {
        FakeCase fake = new FakeCase(
                (candidate, earlier) -> {
                    if (candidate.equals("hikaricp") && earlier == 0) throw ForkFailure.failed("out of order");
                    return candidate.equals("rockpool") ? 10 : 30;
                },
                "rockpool",
                "hikaricp");
        CaseResult result = run(fake, List.of()).getCases().get(0);
        CandidateResult failed = result.candidate("hikaricp");
        assertEquals(3, failed.getForks().size());
        assertEquals(List.of("out of order"), failed.getFailures());
        assertEquals(List.of(30.0, 30.0), failed.getFigures().get("time").getForks());
        assertEquals(Boolean.TRUE, result.getGoals().get(0).getMet());
    }

    @Test
    void aHungCandidateIsNotRetried() {
        FakeCase fake = new FakeCase(
                (candidate, earlier) -> {
                    if (candidate.equals("hikaricp")) throw ForkFailure.hung(7);
                    return 10;
                },
                "rockpool",
                "hikaricp");
        CaseResult result = run(fake, List.of()).getCases().get(0);
        assertEquals(1, fake.measured().stream().filter("hikaricp"::equals).count());
        assertEquals(List.of("not done after 7 s"), result.candidate("hikaricp").getFailures());
        assertTrue(result.candidate("hikaricp").getFigures().isEmpty());
        assertNull(result.getGoals().get(0).getMet());
    }

    @Test
    void allReportsNameFailuresAndCaveats() throws Exception {
        FakeCase fake = new FakeCase(
                (candidate, earlier) -> {
                    if (candidate.equals("agroal")) throw ForkFailure.failed("it </script> broke");
                    return candidate.equals("rockpool") ? 10 : 15;
                },
                "rockpool",
                "hikaricp",
                "agroal");
        BenchResult result = BenchResult.fromJson(run(fake, List.of()).toJson());
        StringWriter table = new StringWriter();
        new BenchTable(new PrintWriter(table)).print(result);
        StringWriter markdown = new StringWriter();
        new BenchMarkdown(new PrintWriter(markdown)).print(result);
        for (String text : List.of(table.toString(), markdown.toString())) {
            assertTrue(text.contains("it </script> broke"), text);
            assertTrue(text.contains("1.50x"), text);
            assertTrue(text.toLowerCase(java.util.Locale.ROOT).contains("missed"), text);
            assertTrue(text.contains("anywhere"), text);
        }
        String page = BenchPage.render(result);
        assertTrue(page.contains("it <\\/script> broke"));
        assertTrue(page.contains("\"size\": \"10\""));
        assertFalse(page.contains("{{"), "a placeholder of the page was not filled");
        assertFalse(EXTERNAL.matcher(page).find(), "the page refers to something outside");
    }

    @Test
    void aCaseThatCannotBeMeasuredHereIsReportedWithItsObstacle() {
        FakeCase fake = new FakeCase((candidate, earlier) -> 1, "rockpool").impossible("this case needs Linux");
        String json = run(fake, List.of()).toJson();
        StringWriter table = new StringWriter();
        new BenchTable(new PrintWriter(table)).print(BenchResult.fromJson(json));
        assertTrue(table.toString().contains("not measured: this case needs Linux"), table::toString);
        assertEquals(List.of(), fake.measured());
        // The page's script reads this for every case.
        assertTrue(json.contains("\"goals\": []"), json);
    }

    @Test
    void resultsSoFarArePassedOnAfterEachCase() {
        List<Integer> cases = new ArrayList<>();
        FakeCase fake = new FakeCase((candidate, earlier) -> 1, "rockpool");
        new Bench(
                        new Plan(List.of(fake, fake), List.of()),
                        Effort.quick(1),
                        progress(),
                        result -> cases.add(result.getCases().size()))
                .run();
        assertEquals(List.of(1, 2), cases);
        assertTrue(err.toString().contains("Fake case"), err::toString);
    }

    private BenchResult run(BenchCase benchCase, List<String> peers) {
        return new Bench(new Plan(List.of(benchCase), peers), Effort.quick(3), progress(), result -> {}).run();
    }

    private BenchProgress progress() {
        return BenchProgress.detect(new PrintWriter(err));
    }
}
