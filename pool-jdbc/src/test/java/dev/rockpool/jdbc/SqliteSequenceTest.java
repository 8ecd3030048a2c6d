package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random sequences of statements, through the pool and through a connection of the driver alone. After each step
 * another connection checks what is committed: everything acknowledged, nothing rolled back, and nothing of one user in
 * the next one's transaction. Where the driver alone succeeds, the pool succeeds too.
 */
class SqliteSequenceTest {
    private static final boolean IS_PROOF = Boolean.getBoolean("rockpool.proof");
    private static final int FIXED = IS_PROOF ? 60 : 15;
    private static final int FRESH = IS_PROOF ? 40 : 10;
    private static final int STEPS = 120;

    static Stream<Long> seeds() {
        Long given = Long.getLong("rockpool.seed");
        if (given != null) return Stream.of(given);
        LongStream fresh = new Random().longs(FRESH);
        return LongStream.concat(LongStream.range(0, FIXED), fresh).boxed();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("After any sequence of statements exactly the acknowledged ones are committed")
    void anySequence(long seed) throws Exception {
        Random random = new Random(seed);
        try (SqliteSequence sequence = new SqliteSequence(random)) {
            try {
                for (int i = 0; i < STEPS; i++) sequence.step();
                sequence.endLease();
                List<String> met = sequence.met();
                assertTrue(met.size() > 5, "hardly anything was tried: " + met);
            } catch (AssertionError e) {
                fail("rerun with -Drockpool.seed=" + seed + ": " + e.getMessage() + "\n" + sequence.story(), e);
            }
        }
    }
}
