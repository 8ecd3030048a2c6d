package dev.rockpool.examples.drill;

import java.util.List;

/**
 * The state after the load, and the checks on it.
 *
 * @param callers the number of callers
 * @param stuck how many callers did not end
 * @param operations how many succeeded
 * @param limit the maximum number of connections
 * @param peakInPool the most connections that the pool counted
 * @param peakOnServer the most sessions that the server counted
 * @param looks how often the server was queried
 * @param watchFailure why watching the server ended early, or null
 * @param drained the pool's numbers after the callers had ended
 * @param closed the pool's numbers after it was closed
 * @param sessionsLeft the pool's sessions on the server after that, or null if unknown
 * @param outcome the workload's own check
 */
record Findings(
        int callers,
        int stuck,
        long operations,
        int limit,
        int peakInPool,
        int peakOnServer,
        int looks,
        String watchFailure,
        Occupancy drained,
        Occupancy closed,
        Integer sessionsLeft,
        Check outcome) {

    List<Check> checks() {
        return List.of(
                everyCallerEnded(), somethingWasDone(), nothingLeaked(), limitKept(), nothingLeftOpen(), outcome);
    }

    private Check everyCallerEnded() {
        return new Check("every caller ended", stuck == 0, "%,d of %,d".formatted(callers - stuck, callers));
    }

    private Check somethingWasDone() {
        return new Check("operations succeeded", operations > 0, "%,d".formatted(operations));
    }

    private Check nothingLeaked() {
        return new Check(
                "nothing is leased or pending after the drain",
                drained.leased() == 0 && drained.pending() == 0,
                "%d leased, %d pending".formatted(drained.leased(), drained.pending()));
    }

    private Check limitKept() {
        boolean kept = peakOnServer <= limit && peakInPool <= limit;
        String counted = "at most %d of %d counted by the server (%,d looks), %d by the pool"
                .formatted(peakOnServer, limit, looks, peakInPool);
        if (watchFailure != null) counted += "; watching the server ended early: " + watchFailure;
        return new Check("never more connections than allowed", kept && looks > 0 && watchFailure == null, counted);
    }

    private Check nothingLeftOpen() {
        return new Check(
                "the closed pool has no connection left",
                closed.total() == 0 && sessionsLeft != null && sessionsLeft == 0,
                "%d in the pool, %s on the server"
                        .formatted(closed.total(), sessionsLeft == null ? "unknown" : sessionsLeft));
    }
}
