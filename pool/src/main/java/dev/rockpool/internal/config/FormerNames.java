package dev.rockpool.internal.config;

import dev.rockpool.internal.engine.runtime.PoolLogKt;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Settings that were renamed. For one version, texts may still use the former name: JSON, properties files, and beans
 * that are set by name. The log says once per process that a name has changed.
 */
public final class FormerNames {
    private static final Map<String, String> NOW =
            Map.of("silenceLimit", "stuckCallTimeout", "patience", "bargingWindow");

    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private FormerNames() {}

    /** What the setting with this former name is called now; null when it is no former name. */
    public static String now(String former) {
        return NOW.get(former);
    }

    /** What the setting was called before; null when it always had this name. */
    public static String before(String name) {
        for (Map.Entry<String, String> renamed : NOW.entrySet())
            if (renamed.getValue().equals(name)) return renamed.getKey();
        return null;
    }

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
