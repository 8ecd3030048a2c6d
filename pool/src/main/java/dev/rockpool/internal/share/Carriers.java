package dev.rockpool.internal.share;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.core.slot.Slot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides which carrier a new stream gets, and when carriers are leased and given back.
 *
 * <p>The streams are the connections of an engine, which lends them, queues callers, and opens and closes streams. A
 * stream has a place on a carrier from {@link #open} until {@link #closed}. Carriers are filled in the order in which
 * they were leased, so another one is leased only when all are full.
 *
 * <pre>
 *            leased                 retire, unfit                  last stream closed
 *   (base) --------> takes streams --------------> takes no more -------------------> (base)
 *                        |   last stream closed                                          ^
 *                        +---------------------------------------------------------------+
 *                        |   lost: all streams end, and the connection is closed         |
 *                        +---------------------------------------------------------------+
 * </pre>
 *
 * <p>A carrier with exclusive turns takes no streams. Its first turn is granted when only turns are left on it.
 *
 * <p>Thread-safe. Verbs change slots by CAS while they hold the lock. A slot leaves its carrier before it is vacant, so
 * none can carry another stream meanwhile. Everything else is done by the caller, with the {@link Steps} that a verb
 * returns. Tested by {@code SharedLaws} and {@code SharedRaceLaws}.
 */
public final class Carriers<C> {
    private static final String EXCLUSIVE = "withdrawn for an exclusive caller";
    private static final String LEAVING = "its connection takes no more streams";
    private static final String LOWERED = "its connection carries fewer streams";

    private final int streams;
    private final Deque<Opening<C>> openings = new ArrayDeque<>();

    /** Copied for each change, so that it can be read without the lock. In the order of their leases. */
    private volatile List<Carrier<C>> all = List.of();

    /** How many carriers are being leased. */
    private int leasing;

    /** @param streams how many streams a carrier has at most */
    public Carriers(int streams) {
        this.streams = streams;
    }

    /** The carriers in use. */
    public List<Carrier<C>> all() {
        return all;
    }

    /** The carrier with this connection; null if it is not in use any more. */
    public Carrier<C> find(C connection) {
        for (Carrier<C> carrier : all) if (carrier.connection() == connection) return carrier;
        return null;
    }

    /** A stream wants a place. */
    public synchronized Steps<C> open(Opening<C> opening) {
        openings.add(opening);
        return serve(new Steps<>());
    }

    /** A stream is not opened after all. */
    public synchronized Steps<C> leave(Opening<C> opening) {
        Steps<C> steps = new Steps<>();
        if (opening.carrier != null) return free(opening.carrier, steps);
        openings.remove(opening);
        return serve(steps);
    }

    /** A carrier was leased. */
    public synchronized Steps<C> leased(C connection, CarrierLease lease, int limit) {
        leasing--;
        Carrier<C> carrier = new Carrier<>(connection, lease, bounded(limit));
        add(carrier);
        Steps<C> steps = new Steps<>();
        if (carrier.limit > 0) return end(carrier, serve(steps));
        carrier.unfit = "it carries no streams";
        fail(new IllegalStateException("a new connection carries no streams"), steps);
        return end(carrier, steps);
    }

    /**
     * No carrier could be leased.
     *
     * @param why why; null if that was cancelled
     */
    public synchronized Steps<C> notLeased(Throwable why) {
        leasing--;
        Steps<C> steps = new Steps<>();
        if (why != null) fail(why, steps);
        return serve(steps);
    }

    /** A stream has arrived in its slot, which is still OPENING. */
    public synchronized void arrived(C connection, Slot<C> slot) {
        Carrier<C> carrier = find(connection);
        if (carrier == null) {
            slot.retire(CloseReason.DEAD);
            return;
        }
        carrier.slots.add(slot);
        if (carrier.leaving || !carrier.turns.isEmpty() || carrier.streams > carrier.limit) {
            slot.retire(CloseReason.SHRUNK);
        }
    }

    /** A stream begins to close. Called before its slot can be vacant. */
    public synchronized Steps<C> closing(C connection, Slot<C> slot, CloseReason kind) {
        Steps<C> steps = new Steps<>();
        Carrier<C> carrier = find(connection);
        if (carrier == null) return steps;
        carrier.slots.remove(slot);
        endTurns(carrier, turn -> turn.slot == slot, steps);
        switch (kind) {
            case DEAD, BROKEN -> lose(carrier, "a stream was found broken", steps);
            case EVICTED, CLEARED, RESET_FAILED -> retire(carrier, "a stream of it was closed: " + kind, steps);
            case IDLE -> consolidate(steps);
            default -> {
                // says nothing about the connection
            }
        }
        return grant(carrier, steps);
    }

    /** A stream has closed, so its place is free. */
    public synchronized Steps<C> closed(C connection) {
        Carrier<C> carrier = find(connection);
        return carrier == null ? new Steps<>() : free(carrier, new Steps<>());
    }

    /** A stream was aborted, and its caller may still use the connection. */
    public synchronized Steps<C> aborted(C connection) {
        Carrier<C> carrier = find(connection);
        return carrier == null ? new Steps<>() : retire(carrier, "a stream of it was aborted", new Steps<>());
    }

    /** The carrier takes no more streams, because its pool wants the connection back. */
    public synchronized Steps<C> retire(Carrier<C> carrier) {
        return all.contains(carrier) ? retire(carrier, null, new Steps<>()) : new Steps<>();
    }

    /** The carrier is dead. Ends all its streams. */
    public synchronized Steps<C> lost(Carrier<C> carrier, String why) {
        return all.contains(carrier) ? lose(carrier, why, new Steps<>()) : new Steps<>();
    }

    /** The carrier can carry this many streams from now on. */
    public synchronized Steps<C> limit(Carrier<C> carrier, int wanted) {
        Steps<C> steps = new Steps<>();
        int limit = bounded(wanted);
        if (!all.contains(carrier) || carrier.limit == limit) return steps;
        carrier.limit = limit;
        if (limit == 0) return retire(carrier, "it carries no more streams", steps);
        carrier.closeSurplus(LOWERED, steps);
        return freed(carrier, steps);
    }

    /** A caller wants the carrier of its stream for itself. */
    public synchronized Steps<C> exclusive(ExclusiveTurn<C> turn, C connection) {
        Steps<C> steps = new Steps<>();
        Carrier<C> carrier = find(connection);
        if (carrier == null || !carrier.slots.contains(turn.slot)) {
            steps.decided.add(turn);
            return steps;
        }
        turn.carrier = carrier;
        carrier.turns.add(turn);
        if (carrier.turns.size() == 1) {
            for (Slot<C> slot : carrier.slots) if (slot != turn.slot) Carrier.withdraw(slot, EXCLUSIVE, steps);
        }
        return grant(carrier, steps);
    }

    /** An exclusive caller is done, or gives up. Called before its stream is released. */
    public synchronized Steps<C> endTurn(ExclusiveTurn<C> turn) {
        Steps<C> steps = new Steps<>();
        Carrier<C> carrier = turn.carrier;
        if (carrier == null || !carrier.turns.remove(turn)) return steps;
        if (carrier.turns.isEmpty()) return freed(carrier, steps);
        Carrier.withdraw(turn.slot, EXCLUSIVE, steps);
        return grant(carrier, steps);
    }

    /** The engine of the streams has ended, and its last streams with it. */
    public synchronized Steps<C> end() {
        Steps<C> steps = new Steps<>();
        for (Carrier<C> carrier : all) {
            if (carrier.streams > 0 && carrier.unfit == null) carrier.unfit = "its streams were not closed in time";
            steps.givenBack.add(carrier);
            endTurns(carrier, turn -> true, steps);
        }
        all = List.of();
        steps.cancelsLeases = true;
        return steps;
    }

    private int bounded(int limit) {
        return Math.max(0, Math.min(limit, streams));
    }

    /** Gives places to streams in the order in which they asked, and leases carriers for the rest. */
    private Steps<C> serve(Steps<C> steps) {
        for (Carrier<C> carrier : all) {
            while (carrier.hasRoom() && !openings.isEmpty()) {
                Opening<C> opening = openings.poll();
                opening.carrier = carrier;
                carrier.streams++;
                steps.served.add(opening);
            }
        }
        int wanted = (openings.size() + streams - 1) / streams;
        if (wanted == 0 && leasing > 0) steps.cancelsLeases = true;
        if (wanted > leasing) {
            steps.leases += wanted - leasing;
            leasing = wanted;
        }
        return steps;
    }

    private void fail(Throwable why, Steps<C> steps) {
        steps.failure = why;
        steps.failed.addAll(openings);
        openings.clear();
    }

    /** A place is free. */
    private Steps<C> free(Carrier<C> carrier, Steps<C> steps) {
        carrier.streams--;
        return freed(carrier, steps);
    }

    private Steps<C> freed(Carrier<C> carrier, Steps<C> steps) {
        grant(carrier, steps);
        serve(steps);
        end(carrier, steps);
        if (carrier.hasRoom()) steps.freesRoom = true;
        return steps;
    }

    /** Gives a carrier without streams back. */
    private Steps<C> end(Carrier<C> carrier, Steps<C> steps) {
        if (carrier.streams > 0 || !all.contains(carrier)) return steps;
        remove(carrier);
        steps.givenBack.add(carrier);
        return steps;
    }

    private Steps<C> grant(Carrier<C> carrier, Steps<C> steps) {
        ExclusiveTurn<C> first = carrier.turns.peek();
        if (first == null || first.granted || carrier.streams > carrier.turns.size()) return steps;
        first.granted = true;
        steps.decided.add(first);
        return steps;
    }

    /** These turns are over. Callers that wait for theirs are told. */
    private void endTurns(Carrier<C> carrier, Predicate<ExclusiveTurn<C>> which, Steps<C> steps) {
        for (ExclusiveTurn<C> turn : carrier.turns) if (which.test(turn) && !turn.granted) steps.decided.add(turn);
        carrier.turns.removeIf(which);
    }

    private Steps<C> retire(Carrier<C> carrier, String unfit, Steps<C> steps) {
        if (carrier.unfit == null) carrier.unfit = unfit;
        if (carrier.leaving) return steps;
        carrier.leaving = true;
        carrier.withdrawAll(LEAVING, steps);
        return end(carrier, steps);
    }

    private Steps<C> lose(Carrier<C> carrier, String why, Steps<C> steps) {
        carrier.unfit = why;
        carrier.leaving = true;
        remove(carrier);
        steps.givenBack.add(carrier);
        carrier.seizeAll(why, steps);
        endTurns(carrier, turn -> true, steps);
        return serve(steps);
    }

    /** If the streams of the carrier with the fewest fit on the others, it takes no more of them. */
    private void consolidate(Steps<C> steps) {
        Carrier<C> fewest = null;
        int room = 0;
        for (Carrier<C> carrier : all) {
            if (carrier.leaving || !carrier.turns.isEmpty()) continue;
            room += carrier.limit - carrier.slots.size();
            if (fewest == null || carrier.slots.size() <= fewest.slots.size()) fewest = carrier;
        }
        if (fewest == null || fewest.slots.isEmpty()) return;
        int ofOthers = room - (fewest.limit - fewest.slots.size());
        if (fewest.slots.size() <= ofOthers) retire(fewest, null, steps);
    }

    private void add(Carrier<C> carrier) {
        List<Carrier<C>> more = new ArrayList<>(all);
        more.add(carrier);
        all = List.copyOf(more);
    }

    private void remove(Carrier<C> carrier) {
        List<Carrier<C>> less = new ArrayList<>(all);
        less.remove(carrier);
        all = List.copyOf(less);
    }
}
