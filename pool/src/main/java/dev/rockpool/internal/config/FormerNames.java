package dev.rockpool.internal.config;

import dev.rockpool.internal.base.PoolLogKt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Former names of renamed settings. For one version, JSON, properties files and beans set by name may still use them.
 * The log mentions each renamed setting once per process.
 */
public final class FormerNames {
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private FormerNames() {}

    /** Logs that a text used a former name, once per process. */
    public static void tell(String former, String now) {
        if (!TOLD.add(former)) return;
        PoolLogKt.logWarn(
                null, () -> former + " is now called " + now + "; the former name is read in this version only");
    }

    /** The problem when a text has both names. */
    public static String both(String former, String value, String now) {
        return former + " is " + value + " but must be absent because " + now + ", its new name, is given";
    }
}
