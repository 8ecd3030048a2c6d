package dev.rockpool.jdbc.internal.metrics;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/** Tells pools of one name apart: the first has the tag {@code pool} alone, the others {@code instance} too. */
public final class PoolTags {
    private static final Map<Object, Map<String, Set<Integer>>> TAKEN = new WeakHashMap<>();

    private PoolTags() {}

    /** Adds the tags of a pool in this registry. Run the result when its meters are removed. */
    public static Runnable claim(Object registry, String pool, Map<String, String> tags) {
        synchronized (TAKEN) {
            Set<Integer> taken = TAKEN.computeIfAbsent(registry, any -> new HashMap<>())
                    .computeIfAbsent(pool, any -> new HashSet<>());
            int instance = 1;
            while (!taken.add(instance)) instance++;
            tags.put("pool", pool);
            if (instance > 1) tags.put("instance", String.valueOf(instance));
            int mine = instance;
            return () -> release(taken, mine);
        }
    }

    private static void release(Set<Integer> taken, int instance) {
        synchronized (TAKEN) {
            taken.remove(instance);
        }
    }
}
