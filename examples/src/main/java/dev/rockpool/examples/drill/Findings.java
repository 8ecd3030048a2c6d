package dev.rockpool.examples.drill;

import java.util.List;

/**
 * What was found when the load was over, and the verdicts on it.
 *
 * @param callers how many there were
 * @param stuck how many of them did not end
 * @param operations how many succeeded
 * @param limit how many connections there might be
 * @param peakInPool the most there were as the pool counts
 * @param peakOnServer the most there were as the server counts
 * @param looks how often the server was asked
 * @param watchFailure why it could not be asked to the end, or null
 * @param drained the pool when the callers had ended
 * @param closed the pool when it had been closed
 * @param sessionsLeft the pool's sessions on the server after that, or null if it could not be asked
 * @param outcome what the workload says of its own work
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
        String counted = "at most %d of %d as the server counts (%,d looks), %d as the pool does"
                .formatted(peakOnServer, limit, looks, peakInPool);
        if (watchFailure != null) counted += "; the server could not be asked to the end: " + watchFailure;
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
