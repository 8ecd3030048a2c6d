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
            Map<String, Set<Integer>> names = TAKEN.computeIfAbsent(registry, any -> new HashMap<>());
            Set<Integer> taken = names.computeIfAbsent(pool, any -> new HashSet<>());
            int instance = 1;
            while (!taken.add(instance)) instance++;
            tags.put("pool", pool);
            if (instance > 1) tags.put("instance", String.valueOf(instance));
            int mine = instance;
            return () -> release(names, pool, mine);
        }
    }

    /** Leaves nothing of a name that no pool has any more, because pools may come and go with ever new names. */
    private static void release(Map<String, Set<Integer>> names, String pool, int instance) {
        synchronized (TAKEN) {
            Set<Integer> taken = names.get(pool);
            if (taken != null && taken.remove(instance) && taken.isEmpty()) names.remove(pool);
        }
    }

    /** How many names of pools are taken in this registry. */
    public static int namesIn(Object registry) {
        synchronized (TAKEN) {
            return TAKEN.getOrDefault(registry, Map.of()).size();
        }
    }
}
