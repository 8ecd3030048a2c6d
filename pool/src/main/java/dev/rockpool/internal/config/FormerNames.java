package dev.rockpool.internal.config;

import dev.rockpool.internal.base.PoolLogKt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Settings that were renamed. For one version, texts may still use the former name: JSON, properties files, and beans
 * that are set by name. The log says once per process that a name has changed.
 */
public final class FormerNames {
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private FormerNames() {}

    /** Logs that a text used a former name, unless this process has said so already. */
    public static void tell(String former, String now) {
        if (!TOLD.add(former)) return;
        PoolLogKt.logWarn(
                null, () -> former + " is now called " + now + "; the former name is read in this version only");
    }

    /** The problem of a text that has both names. */
    public static String both(String former, String value, String now) {
        return former + " is " + value + " but must be absent because " + now + ", its new name, is given";
    }
}
