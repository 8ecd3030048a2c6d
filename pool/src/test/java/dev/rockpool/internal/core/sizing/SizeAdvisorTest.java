package dev.rockpool.internal.core.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.SizeAdvice;
import dev.rockpool.SizeAdvice.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The findings on pools in which few callers wait for a lease to end. */
class SizeAdvisorTest {
    /** Four connections in use. That load needs eight. */
    private final Seconds calm = new Seconds().add(300, 40, 100);

    @Test
    void adviceNeedsFiveMinutes() {
        SizeAdvice advice = SizeAdvisor.advise(new Seconds().add(299, 10, 10).all(), 8);

        check(Kind.UNKNOWN, 0, advice);
        assertEquals(
                "advice needs 300 seconds and 1000 leases, and there were 299 seconds and 2990 leases",
                advice.getText());
        assertEquals(List.of(), advice.getEvidence());
    }

    @Test
    void adviceNeedsAThousandLeases() {
        check(
                Kind.UNKNOWN,
                0,
                SizeAdvisor.advise(new Seconds().add(299, 3, 10).add(1, 102, 10).all(), 1));
        check(
                Kind.FITS,
                1,
                SizeAdvisor.advise(new Seconds().add(299, 3, 10).add(1, 103, 10).all(), 1));
    }

    @Test
    void aSizeThatTheLoadNeedsFits() {
        SizeAdvice advice = SizeAdvisor.advise(calm.all(), 8);

        check(Kind.FITS, 8, advice);
        assertEquals("8 connections fit the load", advice.getText());
        assertEquals(
                List.of(
                        "4.0 connections were in use on average, 4.0 would have been in the busiest minutes",
                        "a lease took 100.0 ms on average",
                        "callers waited for a lease to end in 0 % of the time"),
                advice.getEvidence());
    }

    @Test
    void aQuarterMoreConnectionsThanNeededFitToo() {
        check(Kind.FITS, 10, SizeAdvisor.advise(calm.all(), 10));

        SizeAdvice advice = SizeAdvisor.advise(calm.all(), 11);

        check(Kind.TOO_LARGE, 8, advice);
        assertEquals("8 connections are enough, 3 stay unused", advice.getText());
    }

    @Test
    void oneConnectionMoreThanNeededFitsInASmallPool() {
        Seconds light = new Seconds().add(300, 4, 10);

        check(Kind.FITS, 2, SizeAdvisor.advise(light.all(), 2));
        check(Kind.TOO_LARGE, 1, SizeAdvisor.advise(light.all(), 3));
    }

    @Test
    void theSizeIsForTheBusiestFifthOfTheMinutes() {
        Seconds seconds = new Seconds()
                .add(60, 40, 100)
                .add(60, 60, 100)
                .add(720, 10, 100)
                .add(60, 50, 100);

        assertEquals(5.0, loadOf(seconds));
    }

    @Test
    void inAFewMinutesTheBusiestOneCounts() {
        assertEquals(6.0, loadOf(new Seconds().add(240, 10, 100).add(60, 60, 100)));
    }

    @Test
    void aMinuteThatHasNotEndedDoesNotCount() {
        assertEquals(1.0, loadOf(new Seconds().add(300, 10, 100).add(59, 60, 100)));
    }

    @Test
    void theMeanLeaseOfAllMinutesStandsForThatOfAMinuteWithFewLeases() {
        // In the first minute, 600 callers come and a few leases of 30 seconds end.
        Seconds few = new Seconds().add(56, 10.0, 0, 0).add(4, 10.0, 1, 30_000).add(240, 25, 100);
        Seconds enough =
                new Seconds().add(55, 10.0, 0, 0).add(5, 10.0, 1, 30_000).add(240, 25, 100);

        assertEquals(2.5, loadOf(few));
        assertEquals(300.0, loadOf(enough));
    }

    @Test
    void leasesThatAreNotReturnedAreFoundFirst() {
        Seconds seconds = calm.waiting(0.2, 0.2).changeFirst(first -> first.plus(new Usage(0, 0, 0, 0, 0, 0, 1, 2)));

        SizeAdvice advice = SizeAdvisor.advise(seconds.all(), 8);

        check(Kind.LEAK, 0, advice);
        assertEquals("2 leases were not returned in time: see leakThreshold and diagnose()", advice.getText());
    }

    @Test
    void slowConnectsAreFoundIfCallersWaitForThemInMoreThanOneSecondOfTwenty() {
        check(Kind.FITS, 8, SizeAdvisor.advise(calm.waiting(0, 0.05).all(), 8));

        SizeAdvice advice = SizeAdvisor.advise(calm.waiting(0, 0.01).all(), 8);

        check(Kind.CONNECTING, 0, advice);
        assertEquals("callers wait for connects: look at the server and minIdle, not at the size", advice.getText());
        assertEquals(
                "0 connects failed, and callers waited for one in 6 % of the time",
                advice.getEvidence().get(3));
    }

    @Test
    void aSingleFailedConnectIsFound() {
        Seconds seconds = calm.changeFirst(first -> first.plus(new Usage(0, 0, 0, 0, 0, 0, 1, 0)));

        SizeAdvice advice = SizeAdvisor.advise(seconds.all(), 8);

        check(Kind.CONNECTING, 0, advice);
        assertEquals(
                "1 connects failed, and callers waited for one in 0 % of the time",
                advice.getEvidence().get(3));
    }

    private static void check(Kind kind, int size, SizeAdvice advice) {
        assertEquals(kind, advice.getKind(), advice::toString);
        assertEquals(size, advice.getSize(), advice::toString);
    }

    /** The load of the busiest minutes, from the evidence. */
    private static double loadOf(Seconds seconds) {
        String evidence = SizeAdvisor.advise(seconds.all(), 100).getEvidence().get(0);
        return Double.parseDouble(evidence.replaceAll(".*average, (.*) would.*", "$1"));
    }
}
