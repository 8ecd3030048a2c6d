package dev.rockpool;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Tells which shard has which data. A key belongs to one of 4,096 buckets, and the map names the shard of each bucket.
 * Immutable.
 *
 * <p>The bucket of a key is the lowest 12 bits of the CRC32C checksum of these bytes:
 *
 * <ul>
 *   <li>a {@code String}: its UTF-8 bytes
 *   <li>a {@code Long}, {@code Integer}, {@code Short} or {@code Byte}: 8 bytes, the highest first
 *   <li>a {@code UUID}: its 16 bytes, the highest first
 *   <li>a {@code byte[]}: itself
 *   <li>a {@code List} of these: for each part its number of bytes, as 4 bytes with the highest first, and then its
 *       bytes. A list of one part is that part
 * </ul>
 *
 * <p>This never changes. So a bucket can be stored with the data, and be computed by other programs. Text and number
 * are different keys: {@code "5"} is not {@code 5}.
 *
 * <p>Only the first map is computed from the names of shards ({@link #of}). Later ones differ by what a
 * {@link ReshardPlan} moves. Store the map ({@link #toJson}), because it cannot be computed again.
 */
public final class ShardMap {
    /** The number of buckets: 4,096. */
    public static final int BUCKETS = 4096;

    private final String[] owners;
    private final List<String> shards;

    private ShardMap(String[] owners) {
        this.owners = owners;
        this.shards = Arrays.stream(owners).distinct().sorted().toList();
    }

    /**
     * The first map of these shards, by rendezvous hashing. Each has an equal number of buckets, or one more. The order
     * of the names makes no difference.
     *
     * @throws IllegalArgumentException if there is no name, a blank name, a duplicate, or more than 4,096 names
     */
    public static ShardMap of(Collection<String> shards) {
        List<String> names = shards.stream().map(ShardMap::checked).sorted().toList();
        if (names.isEmpty() || names.size() > BUCKETS)
            throw new IllegalArgumentException("shards are " + names.size() + " but must be 1 to " + BUCKETS);
        if (names.stream().distinct().count() < names.size())
            throw new IllegalArgumentException("shards contain a name twice: " + names);
        String[] owners = new String[BUCKETS];
        int[] counts = new int[names.size()];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            int quota = bucket < BUCKETS / names.size() * names.size() ? BUCKETS / names.size() : Integer.MAX_VALUE;
            int best = best(bucket, names, counts, quota);
            counts[best] = quota == Integer.MAX_VALUE ? quota : counts[best] + 1;
            owners[bucket] = names.get(best);
        }
        return new ShardMap(owners);
    }

    /** As {@link #of(Collection)}: {@code ShardMap.of("a", "b", "c")}. */
    public static ShardMap of(String... shards) {
        return of(Arrays.asList(shards));
    }

    /** The shard with the highest score for this bucket, among those below their quota. */
    private static int best(int bucket, List<String> names, int[] counts, int quota) {
        int best = -1;
        long highest = 0;
        for (int shard = 0; shard < counts.length; shard++) {
            if (counts[shard] >= quota) continue;
            long score = score(names.get(shard), bucket);
            if (best >= 0 && score <= highest) continue;
            best = shard;
            highest = score;
        }
        return best;
    }

    /** The weight of a shard for a bucket: the finalizer of SplitMix64 over both. */
    private static long score(String shard, int bucket) {
        long mixed = ShardKeys.checksum(shard.getBytes(StandardCharsets.UTF_8)) * BUCKETS + bucket;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /**
     * Reads a map that {@link #toJson} has written.
     *
     * @throws IllegalArgumentException if it is not one; the message says what is wrong
     */
    public static ShardMap parse(String json) {
        String[] owners = ShardMapText.read(Objects.requireNonNull(json, "json"));
        for (String owner : owners) checked(owner);
        return new ShardMap(owners);
    }

    /**
     * This map as JSON, such as {@code {"buckets":4096,"shards":{"a":"0-2047","b":"2048-4095"}}}. For storing; the form
     * does not change.
     */
    public String toJson() {
        Map<String, List<Integer>> all = new TreeMap<>();
        for (String shard : shards) all.put(shard, bucketsOf(shard));
        return ShardMapText.write(all);
    }

    /**
     * The bucket of a key, 0 to 4,095.
     *
     * @throws IllegalArgumentException if it is null or has another type than the documented ones
     */
    public static int bucketOf(Object key) {
        return ShardKeys.bucketOf(key);
    }

    /** The names of the shards that have buckets, sorted. */
    public List<String> getShards() {
        return shards;
    }

    /**
     * The shard of a key.
     *
     * @throws IllegalArgumentException like {@link #bucketOf}
     */
    public String shardOf(Object key) {
        return owners[bucketOf(key)];
    }

    /**
     * The shard that has this bucket.
     *
     * @param bucket 0 to 4,095
     */
    public String ownerOf(int bucket) {
        return owners[checked(bucket)];
    }

    /** The buckets of a shard, sorted. Empty if it has none. */
    public List<Integer> bucketsOf(String shard) {
        return IntStream.range(0, BUCKETS)
                .filter(bucket -> owners[bucket].equals(shard))
                .boxed()
                .toList();
    }

    /**
     * This map with one more shard, which gets an equal share. It takes buckets from the shards that have most, and no
     * more than it needs.
     *
     * @throws IllegalArgumentException if the shard has buckets already, or the name is blank
     */
    public ShardMap withShard(String shard) {
        if (shards.contains(checked(shard)))
            throw new IllegalArgumentException("shard '" + shard + "' has buckets already");
        Map<String, Deque<Integer>> queues = new TreeMap<>();
        IntStream.range(0, BUCKETS)
                .boxed()
                .sorted(Comparator.comparing((Integer bucket) -> score(shard, bucket))
                        .reversed())
                .forEach(bucket -> queues.computeIfAbsent(owners[bucket], owner -> new ArrayDeque<>())
                        .add(bucket));
        String[] changed = owners.clone();
        for (int taken = 0; taken < BUCKETS / (shards.size() + 1); taken++) {
            Deque<Integer> fullest = queues.values().stream()
                    .max(Comparator.comparing(Deque::size))
                    .orElseThrow();
            changed[fullest.remove()] = shard;
        }
        return new ShardMap(changed);
    }

    /**
     * This map without a shard. Each of its buckets goes to the shard that has fewest then.
     *
     * @throws IllegalArgumentException if the shard has no buckets, or all of them
     */
    public ShardMap withoutShard(String shard) {
        Map<String, Integer> counts = counts();
        if (counts.remove(shard) == null)
            throw new IllegalArgumentException("shard '" + shard + "' has no buckets; those are " + shards);
        if (counts.isEmpty())
            throw new IllegalArgumentException(
                    "shard '" + shard + "' is the only one, so nothing can have its buckets");
        String[] changed = owners.clone();
        for (int bucket : bucketsOf(shard)) {
            String emptiest = counts.entrySet().stream()
                    .min(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey();
            changed[bucket] = emptiest;
            counts.merge(emptiest, 1, Integer::sum);
        }
        return new ShardMap(changed);
    }

    /**
     * This map with these buckets at this shard, for example those of one large customer.
     *
     * @param buckets each 0 to 4,095
     */
    public ShardMap withBuckets(Collection<Integer> buckets, String shard) {
        checked(shard);
        String[] changed = owners.clone();
        for (int bucket : buckets) changed[checked(bucket)] = shard;
        return new ShardMap(changed);
    }

    private Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        for (String owner : owners) counts.merge(owner, 1, Integer::sum);
        return counts;
    }

    private static String checked(String shard) {
        if (shard == null || shard.isBlank())
            throw new IllegalArgumentException(
                    "the name of a shard is " + (shard == null ? "null" : "'" + shard + "'") + " but must be a text");
        return shard;
    }

    private static int checked(int bucket) {
        if (bucket < 0 || bucket >= BUCKETS)
            throw new IllegalArgumentException("bucket is " + bucket + " but must be 0 to " + (BUCKETS - 1));
        return bucket;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ShardMap map && Arrays.equals(owners, map.owners);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(owners);
    }

    /** The shards and their numbers of buckets, such as {@code {a=2048, b=2048}}. */
    @Override
    public String toString() {
        return counts().toString();
    }
}
