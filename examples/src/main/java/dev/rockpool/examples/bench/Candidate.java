package dev.rockpool.examples.bench;

import dev.rockpool.examples.Build;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/**
 * One row of the table: a benchmark, for the cycle of connections with the pool it runs on.
 *
 * @param pool null for a benchmark that is about Rockpool only
 */
record Candidate(String title, Class<?> benchmark, Contender pool) {
    /** The first is what the others are compared with. */
    static List<Candidate> all() {
        Properties versions = versions();
        return List.of(
                cycle(Contender.ROCKPOOL, Build.version()),
                cycle(Contender.AGROAL, versions.getProperty("agroal")),
                cycle(Contender.HIKARI, versions.getProperty("hikari")),
                new Candidate("Rockpool, withConnection", SuspendingCycle.class, null));
    }

    private static Candidate cycle(Contender pool, String version) {
        return new Candidate(pool.title() + " " + version, ConnectionCycle.class, pool);
    }

    private static Properties versions() {
        Properties versions = new Properties();
        try (InputStream in = Candidate.class.getResourceAsStream("build.properties")) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }
}
