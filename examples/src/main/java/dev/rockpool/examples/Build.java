package dev.rockpool.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Metadata that the build recorded. */
public final class Build implements IVersionProvider {
    private static final Properties FACTS = facts();

    /** The project's version. */
    public static String version() {
        return FACTS.getProperty("version");
    }

    /** The version of the plotting library, which is part of its path. */
    public static String echartsVersion() {
        return FACTS.getProperty("echarts");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"rockpool-examples " + version()};
    }

    private static Properties facts() {
        Properties facts = new Properties();
        try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
            facts.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return facts;
    }
}
