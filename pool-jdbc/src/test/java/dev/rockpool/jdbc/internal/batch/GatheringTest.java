package dev.rockpool.jdbc.internal.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rockpool.Priority;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private final Gathering<String, String> gathering = new Gathering<>();

    @Test
    void callsAreTakenInTheOrderInWhichTheyCame() {
        add("a", "b", "c");
        assertEquals(List.of("a", "b", "c"), taken());
    }

    @Test
    void aCallLeavesFromAnyPlace() {
        List<Turn<String, String>> turns = add("a", "b", "c", "d", "e");
        for (int place : new int[] {2, 0, 4}) gathering.remove(turns.get(place));
        assertEquals(List.of("b", "d"), taken());
    }

    @Test
    void othersComeAfterCallsThatLeft() {
        for (Turn<String, String> turn : add("a", "b")) gathering.remove(turn);
        add("c", "d");
        assertEquals(List.of("c", "d"), taken());
    }

    @Test
    void aCallThatIsNotThereCannotLeave() {
        List<Turn<String, String>> turns = add("a", "b", "c");
        assertEquals("a", gathering.poll().call().key());
        gathering.remove(turns.get(0));
        gathering.remove(turns.get(1));
        gathering.remove(turns.get(1));
        gathering.remove(turn("never added"));
        assertEquals(List.of("c"), taken());
    }

    private List<Turn<String, String>> add(String... keys) {
        List<Turn<String, String>> turns = new ArrayList<>();
        for (String key : keys) turns.add(turn(key));
        turns.forEach(gathering::add);
        return turns;
    }

    private List<String> taken() {
        List<String> keys = new ArrayList<>();
        for (Turn<String, String> next = gathering.poll(); next != null; next = gathering.poll())
            keys.add(next.call().key());
        return keys;
    }

    private static Turn<String, String> turn(String key) {
        return new Turn<>(null, new Call(key), 0, Priority.NORMAL, true);
    }

    private static final class Call extends BatchCall<String, String> {
        Call(String key) {
            super(key);
        }

        @Override
        public boolean isAbandoned() {
            return false;
        }

        @Override
        protected void answer() {}
    }
}
