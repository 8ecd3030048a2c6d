package dev.rockpool;

import dev.rockpool.blocking.BlockingPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of {@link MemoryTest}: prints the bytes of an idle pool with one slot, and of a slot. */
public final class IdlePools {
    private static final int POOLS = 500;
    private static final int MORE_SLOTS = 100;

    private IdlePools() {}

    public static void main(String[] args) throws InterruptedException {
        List<BlockingPool<Object>> all = new ArrayList<>(3 * POOLS);
        grow(all, 1); // loads everything
        long pool = grow(all, 1);
        long larger = grow(all, 1 + MORE_SLOTS);
        System.out.println(pool + " " + (larger - pool) / MORE_SLOTS);
        Runtime.getRuntime().halt(all.size() == 3 * POOLS ? 0 : 1);
    }

    /** Returns the bytes for each of many pools that are added. */
    private static long grow(List<BlockingPool<Object>> all, int slots) throws InterruptedException {
        PoolConfig config = PoolConfig.builder().maxSize(slots).minIdle(0).build();
        long before = used();
        for (int i = 0; i < POOLS; i++) all.add(BlockingPool.create(new Objects(), config));
        return (used() - before) / POOLS;
    }

    /** The bytes that are reachable, once the keepers of all pools rest. */
    private static long used() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        long latest = Long.MAX_VALUE;
        for (int unchanged = 0; unchanged < 3; ) {
            System.gc();
            long now = runtime.totalMemory() - runtime.freeMemory();
            unchanged = Math.abs(latest - now) < POOLS ? unchanged + 1 : 0;
            latest = now;
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return latest;
    }

    private static final class Objects implements BlockingConnectionFactory<Object> {
        @Override
        public Object open() {
            return new Object();
        }

        @Override
        public void close(Object connection) {}
    }
}
