package dev.rockpool.examples.drill;

import dev.rockpool.examples.ExitCodes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jline.utils.Signals;

/**
 * Lets the user end a drill early: Ctrl-C or SIGTERM is noted, and the drill ends as it does when its time is over.
 *
 * <p>A shutdown hook would not do: hooks run side by side, and one of the embedded server's ends it under the pool.
 */
final class StopSignal {
    private final CountDownLatch given = new CountDownLatch(1);

    /** A signal that the operating system's signals give; a second one ends the JVM at once. */
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

    /** Waits at most so long, and says whether the signal is given. */
    boolean await(Duration atMost) {
        try {
            return given.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
