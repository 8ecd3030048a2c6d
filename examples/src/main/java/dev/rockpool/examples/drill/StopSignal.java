package dev.rockpool.examples.drill;

import dev.rockpool.examples.ExitCodes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jline.utils.Signals;

/**
 * Lets the user end a drill early. After Ctrl-C or SIGTERM, the drill ends as if its time were over.
 *
 * <p>A shutdown hook would not work: hooks run concurrently, and the embedded server's hook would stop it while the
 * pool uses it.
 */
final class StopSignal {
    private final CountDownLatch given = new CountDownLatch(1);

    /** A signal triggered by Ctrl-C or SIGTERM. A second one ends the JVM at once. */
    static StopSignal fromOperatingSystem() {
        StopSignal stop = new StopSignal();
        Stream.of("INT", "TERM", "HUP")
                .forEach(name -> Signals.register(name, () -> {
                    if (stop.isGiven()) System.exit(ExitCodes.INTERRUPTED);
                    stop.give();
                }));
        return stop;
    }

    void give() {
        given.countDown();
    }

    boolean isGiven() {
        return given.getCount() == 0;
    }

    /** Waits for at most this time. Returns whether the signal was given. */
    boolean await(Duration atMost) {
        try {
            return given.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
