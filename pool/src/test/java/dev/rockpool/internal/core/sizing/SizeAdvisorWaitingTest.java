package dev.rockpool.internal.core.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.SizeAdvice;
import dev.rockpool.SizeAdvice.Kind;
import org.junit.jupiter.api.Test;

/** The findings on pools in which callers wait for a lease to end. */
class SizeAdvisorWaitingTest {
    @Test
    void aPoolThatIsAlwaysAsFullMayBeLimitedByTheServer() {
        SizeAdvice advice = SizeAdvisor.advise(new Seconds().add(300, 40, 100).all(), 7);

        check(Kind.UNKNOWN, 0, advice);
        assertEquals(
                "callers wait, but there was no quieter time to compare with: try another size, or autoSize",
                advice.getText());
        assertEquals(3, advice.getEvidence().size());
    }

    @Test
    void aPoolIsTooSmallIfLeasesTakeNoLongerInBusyTimes() {
        // The busiest minute has a load of eight. It needs 13 connections.
        SizeAdvice advice = SizeAdvisor.advise(
                new Seconds()
                        .add(240, 100, 20)
                        .add(60, 400, 20)
                        .waiting(0.25, 0)
                        .all(),
                10);

        check(Kind.TOO_SMALL, 13, advice);
        assertEquals("13 connections are needed, 3 more", advice.getText());
        assertEquals(
                "callers waited for a lease to end in 25 % of the time",
                advice.getEvidence().get(2));
        assertEquals(
                "with 2.0 connections in use a lease took 20.0 ms, with 5.6 it took 20.0 ms",
                advice.getEvidence().get(3));
    }

    @Test
    void theServerIsTheLimitIfLeasesTakeLongerInBusyTimes() {
        // With ten in use a lease takes five times as long, though it is only five times as many.
        SizeAdvice advice = SizeAdvisor.advise(busyHalf(100, 100).all(), 10);

        check(Kind.SERVER_IS_THE_LIMIT, 2, advice);
        assertEquals("the server does no more with more connections, 2 do the same work", advice.getText());
        assertEquals(
                "with 2.0 connections in use a lease took 20.0 ms, with 10.0 it took 100.0 ms",
                advice.getEvidence().get(3));
    }

    @Test
    void aServerThatIsTheLimitNeedsNoMoreConnectionsThanThereAre() {
        check(Kind.SERVER_IS_THE_LIMIT, 1, SizeAdvisor.advise(busyHalf(100, 100).all(), 1));
    }

    @Test
    void aConnectionThatWouldBeInUseForAPartOfTheTimeCounts() {
        // 110 leases of 20 ms.
        check(Kind.SERVER_IS_THE_LIMIT, 3, SizeAdvisor.advise(busyHalf(110, 100).all(), 10));
    }

    /** In the first half, two connections are in use. */
    private static Seconds busyHalf(int leases, int millis) {
        return new Seconds().add(150, 100, 20).add(150, leases, millis);
    }

    @Test
    void aSizeThatFitsTheMinutesIsJudgedByTheSecondsIfCallersWaitInMoreThanOneOfTwenty() {
        // The busiest seconds have a load of six. They need 11 connections.
        Seconds seconds = new Seconds();
        for (int i = 0; i < 5; i++) seconds.add(30, 20, 100).add(30, 60, 100);

        check(Kind.FITS, 9, SizeAdvisor.advise(seconds.waiting(0.05, 0).all(), 9));
        SizeAdvice advice = SizeAdvisor.advise(seconds.waiting(0.01, 0).all(), 9);

        check(Kind.BURSTS, 11, advice);
        assertEquals("the busiest seconds need 11 connections, the busiest minutes 8", advice.getText());
        check(Kind.BURSTS, 11, SizeAdvisor.advise(seconds.all(), 8));
        // Callers wait although there are 11, so one more is advised at least.
        check(Kind.BURSTS, 12, SizeAdvisor.advise(seconds.all(), 11));
    }

    @Test
    void rareBurstsAreFoundIfTheirSecondsNeedMoreThanTwiceTheSize() {
        // The second of 100 callers has a load of ten. It needs 16 connections.
        Seconds seconds = new Seconds().add(299, 30, 100).add(1, 100, 100).waiting(0.02, 0);

        check(Kind.FITS, 8, SizeAdvisor.advise(seconds.all(), 8));
        SizeAdvice advice = SizeAdvisor.advise(seconds.all(), 7);

        check(Kind.BURSTS, 16, advice);
        assertEquals("the busiest seconds need 16 connections, the busiest minutes 7", advice.getText());
    }

    @Test
    void burstsInWhichNobodyWaitsDoNotMatter() {
        Seconds seconds = new Seconds().add(299, 30, 100).add(1, 100, 100).waiting(0.01, 0);

        check(Kind.FITS, 7, SizeAdvisor.advise(seconds.all(), 7));
    }

    private static void check(Kind kind, int size, SizeAdvice advice) {
        assertEquals(kind, advice.getKind(), advice::toString);
        assertEquals(size, advice.getSize(), advice::toString);
    }
}
