package dev.rockpool.internal.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Priority;
import dev.rockpool.internal.core.queue.Waiter.Outcome;
import org.junit.jupiter.api.Test;

/** How a race is decided, and what becomes of the entries that did not decide it. */
class RaceEndTest {
    private final Race<String> race = new Race<>(2);
    private final RaceEntry<String> one = new Entry(race);
    private final RaceEntry<String> other = new Entry(race);

    @Test
    void onlyTheEntryThatDecidedTheRaceHasWonIt() {
        assertFalse(race.isWonBy(one));
        assertTrue(one.decide(Outcome.SERVED));
        assertFalse(other.decide(Outcome.SERVED));

        assertTrue(race.isWonBy(one));
        assertFalse(race.isWonBy(other));
    }

    @Test
    void nobodyWinsARaceThatItsCallerEnded() {
        assertTrue(race.end(Outcome.TIMED_OUT));
        assertFalse(race.end(Outcome.CANCELLED));

        assertFalse(one.decide(Outcome.SERVED));
        assertFalse(race.isWonBy(one));
    }

    @Test
    void aWithdrawnEntryIsCancelledUnlessItHasWon() {
        one.decide(Outcome.SERVED);

        one.withdraw();
        other.withdraw();

        assertEquals(Outcome.SERVED, one.outcome());
        assertEquals(Outcome.CANCELLED, other.outcome());
    }

    @Test
    void anEntryIsCancelledIfItsCallerEndedTheRace() {
        race.end(Outcome.CANCELLED);

        one.withdraw();

        assertEquals(Outcome.CANCELLED, one.outcome());
    }

    @Test
    void aRaceIsLostOnceEveryEntryHasFailedIncludingLaterOnes() {
        assertTrue(race.enter());
        RaceEntry<String> later = new Entry(race);

        assertFalse(one.decide(Outcome.FAILED));
        assertFalse(other.decide(Outcome.FAILED));
        assertFalse(race.isDecided());
        assertTrue(later.decide(Outcome.FAILED));

        assertTrue(race.isWonBy(later));
    }

    @Test
    void nobodyEntersARaceThatIsOver() {
        assertFalse(race.isLastFailure());
        assertTrue(race.isLastFailure());
        assertFalse(race.enter());

        Race<String> ended = new Race<>(1);
        ended.end(Outcome.TIMED_OUT);
        assertFalse(ended.enter());
    }

    private static final class Entry extends RaceEntry<String> {
        Entry(Race<String> race) {
            super(race, 0, Long.MAX_VALUE, Priority.NORMAL);
        }

        @Override
        public void wake() {
            throw new AssertionError("the race resumes nobody");
        }
    }
}
