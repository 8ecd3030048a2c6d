package dev.rockpool.examples.bench;

import dev.rockpool.examples.Build;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The measured releases, as recorded by the build. */
public final class Versions implements IVersionProvider {
    private static final Properties ALL = load();

    public static String of(String peer) {
        if (peer.equals("rockpool")) return Build.version();
        String version = ALL.getProperty(peer);
        if (version == null) throw new IllegalArgumentException("the build recorded no version of " + peer);
        return version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"rockpool-benchmarks " + Build.version()};
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
