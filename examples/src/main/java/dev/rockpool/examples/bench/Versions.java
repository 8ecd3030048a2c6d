package dev.rockpool.examples.bench;

import dev.rockpool.examples.Build;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which releases are measured, as the build wrote it down. */
public final class Versions {
    private static final Properties ALL = load();

    private Versions() {}

    public static String of(String peer) {
        if (peer.equals("rockpool")) return Build.version();
        String version = ALL.getProperty(peer);
        if (version == null) throw new IllegalArgumentException("the build says no version of " + peer);
        return version;
    }

    private static Properties load() {
        Properties versions = new Properties();
        try (InputStream in = Versions.class.getResourceAsStream("build.properties")) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }
}
