package dev.rockpool.dashboard.internal.pools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Literals are hidden, whichever dialect the statement is written in. */
class SqlMaskTest {
    private static final Map<String, String> MASKED = Map.ofEntries(
            Map.entry("select * from t1 where a = 'x' and b = 12", "select * from t1 where a = ? and b = ?"),
            Map.entry("select 'it''s', E'a', n'b', 1.5e-3, 0xFF", "select ?, E?, n?, ?, ?"),
            Map.entry("select $1, :name, ? from a2b", "select $1, :name, ? from a2b"),
            Map.entry("select $$secret$$, $a$secret $$ more$a$ from t", "select ?, ? from t"),
            Map.entry("select a -- secret\nfrom t /* secret */ where x", "select a  \nfrom t   where x"),
            Map.entry("select \"secret\" from t", "select ? from t"),
            Map.entry("select 'a\\', 'secret'", "select ? ..."),
            Map.entry("select 'secret that was cut", "select ? ..."),
            Map.entry("select a # secret's\n, 'secret'", "select a ..."),
            Map.entry("select a #>> '{secret}' from t", "select a #>> ? from t"),
            Map.entry("", ""));

    @Test
    void literalsAndCommentsAreHidden() {
        MASKED.forEach((sql, wanted) -> assertEquals(wanted, SqlMask.mask(sql), sql));
    }

    @Test
    void aSecretNeverShowsWhateverStandsBeforeIt() {
        long seed = Long.getLong("rockpool.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> parts = List.of(
                "select ",
                "'it''s'",
                "'a'",
                " , ",
                "1.5",
                "--c\n",
                "/* it's */",
                "$$'$$",
                "$q$\"$q$",
                "\"t\"",
                "x ",
                "\n");
        for (int i = 0; i < 5_000; i++) {
            StringBuilder sql = new StringBuilder();
            for (int part = random.nextInt(8); part > 0; part--) sql.append(parts.get(random.nextInt(parts.size())));
            sql.append(" = 'secret'");
            String masked = SqlMask.mask(sql.toString());
            assertFalse(masked.contains("secret"), () -> "seed " + seed + ": " + sql);
        }
    }
}
