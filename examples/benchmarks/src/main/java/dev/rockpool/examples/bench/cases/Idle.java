package dev.rockpool.examples.bench.cases;

import dev.rockpool.examples.bench.driver.IdleDriver;
import dev.rockpool.examples.bench.peer.JdbcPeer;
import dev.rockpool.examples.bench.peer.OpenPool;
import dev.rockpool.examples.bench.peer.Room;
import dev.rockpool.examples.bench.peer.Target;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Opens pools on the driver that does nothing. */
final class Idle {
    private static final long OPENING_SECONDS = 4;

    private Idle() {}

    /** The peer with this key. */
    static JdbcPeer peer(String key) {
        return Arrays.stream(JdbcPeer.values())
                .filter(peer -> peer.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no pool is called " + key));
    }

    /** Opens a pool and waits until its minimum number of connections is open. */
    static OpenPool filled(JdbcPeer peer, Target target, Room room) throws Exception {
        int openedBefore = IdleDriver.opened();
        OpenPool pool = peer.open(target, room);
        try {
            awaitOpened(openedBefore, room.min());
            return pool;
        } catch (IllegalStateException e) {
            pool.close();
            throw e;
        }
    }

    /**
     * Waits until no more connections are open than before the closed pool was opened. Some pools close theirs later.
     */
    static void awaitClosed(int openBefore) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(OPENING_SECONDS);
        while (IdleDriver.open() > openBefore) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("%d connections are still open after the pool was closed"
                        .formatted(IdleDriver.open() - openBefore));
            }
            Thread.sleep(1);
        }
    }

    /**
     * Most pools open their connections in the background. Callers during that time are not what is measured. A caller
     * of Agroal 3.2.1 can miss all connections and wait for a return until its 30 s are over.
     */
    private static void awaitOpened(int before, int wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(OPENING_SECONDS);
        while (IdleDriver.opened() < before + wanted) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("after %d s only %d of the %d configured connections were open"
                        .formatted(OPENING_SECONDS, IdleDriver.opened() - before, wanted));
            }
            Thread.sleep(1);
        }
    }
}
