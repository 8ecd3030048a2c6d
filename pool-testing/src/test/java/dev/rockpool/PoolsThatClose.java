package dev.rockpool;

import dev.rockpool.blocking.BlockingKeyedPool;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.testing.FakeConnection;
import dev.rockpool.testing.ScriptedFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Uses and closes pools, and prints the pools' threads that are still alive after each close. */
public final class PoolsThatClose {
    private PoolsThatClose() {}

    public static void main(String[] args) throws Exception {
        for (int round = 0; round < 3; round++) {
            useAndClose();
            System.out.println("left " + threads());
            useAndCloseMany();
            System.out.println("left " + threads());
        }
    }

    private static void useAndClose() throws Exception {
        PoolConfig config = PoolConfig.builder().maxSize(4).minIdle(4).build();
        try (BlockingPool<FakeConnection> pool = BlockingPool.create(new ScriptedFactory().blocking(), config)) {
            List<CompletableFuture<Void>> all = java.util.stream.IntStream.range(0, 8)
                    .mapToObj(i -> pool.acquireAsync().thenAccept(Lease::close))
                    .toList();
            for (CompletableFuture<Void> one : all) one.get();
            pool.close(Duration.ofSeconds(1));
        }
    }

    private static void useAndCloseMany() throws Exception {
        PoolConfig config = PoolConfig.builder().name("many").maxSize(2).build();
        try (PoolManager pools = Pools.manager(Duration.ofMillis(1), null);
                BlockingKeyedPool<Integer, FakeConnection> keyed = BlockingKeyedPool.<Integer, FakeConnection>builder(
                                key -> new ScriptedFactory().blocking(), config)
                        .build()) {
            BlockingPool.of(pools.pool(new ScriptedFactory().blocking(), config))
                    .acquire()
                    .close();
            keyed.connectAll(List.of(1, 2, 3, 4));
            for (int key = 0; key < 6; key++) keyed.acquire(key).close();
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("rockpool"))
                .toList();
    }
}
