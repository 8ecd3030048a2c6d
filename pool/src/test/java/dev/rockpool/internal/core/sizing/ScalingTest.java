package dev.rockpool.internal.core.sizing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.internal.core.sizing.Scaling.Verdict;
import org.junit.jupiter.api.Test;

class ScalingTest {
    @Test
    void sixGroupsOfAHundredLeasesAreNeeded() {
        assertEquals(Verdict.UNKNOWN, verdict(seconds(2, 2, 1, 10).add(1, 99, 10)));
        assertEquals(Verdict.SERVER_HAS_ROOM, verdict(seconds(2, 2, 1, 10).add(1, 100, 10)));
    }

    @Test
    void secondsWithFewLeasesAreTakenTogether() {
        assertEquals(Verdict.UNKNOWN, verdict(new Seconds().add(6, 50, 10).add(2, 150, 10)));
        assertEquals(
                Verdict.SERVER_HAS_ROOM, verdict(new Seconds().add(6, 50, 10).add(3, 150, 10)));
    }

    @Test
    void theConnectionsInUseMustDifferByHalf() {
        assertEquals(Verdict.UNKNOWN, verdict(new Seconds().add(3, 100, 10).add(3, 149, 10)));
        assertEquals(
                Verdict.SERVER_HAS_ROOM, verdict(new Seconds().add(3, 100, 10).add(3, 150, 10)));
    }

    @Test
    void theQuietestThirdIsComparedWithTheBusiest() {
        Scaling scaling = Scaling.of(new Seconds()
                .add(1, 500, 10)
                .add(1, 100, 10)
                .add(2, 300, 10)
                .add(1, 400, 10)
                .add(1, 200, 10)
                .add(1, 300, 10)
                .all());

        assertEquals(new Usage(2_000_000_000, 300, 300, 3_000_000_000L, 0, 0, 0, 0), scaling.quiet());
        assertEquals(new Usage(2_000_000_000, 900, 900, 9_000_000_000L, 0, 0, 0, 0), scaling.busy());
    }

    @Test
    void theServerIsFullIfLeasesTakeLongerByTheThirdRootOfTheirNumber() {
        // 8 times as many in use: 8 to the power of 0.35 is 2.07.
        assertEquals(
                Verdict.SERVER_HAS_ROOM,
                verdict(new Seconds().add(3, 1_000, 100).add(3, 4_000, 200)));
        assertEquals(
                Verdict.SERVER_IS_FULL, verdict(new Seconds().add(3, 1_000, 100).add(3, 3_810, 210)));
    }

    @Test
    void leasesThatTakeLessTimeShowRoom() {
        assertEquals(
                Verdict.SERVER_HAS_ROOM, verdict(new Seconds().add(3, 100, 100).add(3, 1_000, 90)));
    }

    @Test
    void asManyConnectionsAreUsefulAsTheBusyLeasesNeedIfTheyAreShort() {
        Scaling scaling =
                Scaling.of(new Seconds().add(3, 100, 20).add(3, 400, 90).all());

        assertEquals(Verdict.SERVER_IS_FULL, scaling.verdict());
        assertEquals(400 * 0.02, scaling.useful(), 1e-9);
    }

    /** Seconds with 100, 200 and 400 leases. */
    private static Seconds seconds(int few, int some, int many, int millis) {
        return new Seconds().add(few, 100, millis).add(some, 200, millis).add(many, 400, millis);
    }

    private static Verdict verdict(Seconds seconds) {
        return Scaling.of(seconds.all()).verdict();
    }
}
