package dev.rockpool.jdbc.internal.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;

/** The events of the JDK's flight recorder. Loaded only where they are written. */
@SuppressWarnings("unused") // the recorder reads the fields
final class FlightEvents {
    private FlightEvents() {}

    /** What all have in common. */
    @Category({"Rockpool"})
    @StackTrace(false)
    abstract static class PoolFlightEvent extends Event {
        @Label("Pool")
        String pool;
    }

    @Name("dev.rockpool.ConnectionOpen")
    @Label("Connection Opened")
    static final class Opened extends PoolFlightEvent {
        long connection;

        @Timespan
        long took;
    }

    @Name("dev.rockpool.ConnectionOpenFailed")
    @Label("Connect Failed")
    static final class OpenFailed extends PoolFlightEvent {
        String cause;
    }

    @Name("dev.rockpool.ConnectionClose")
    @Label("Connection Closed")
    static final class Closed extends PoolFlightEvent {
        long connection;
        String kind;
        String reason;

        @Timespan
        long age;
    }

    @Name("dev.rockpool.AcquireTimeout")
    @Label("Acquire Timed Out")
    static final class TimedOut extends PoolFlightEvent {
        @Timespan
        long waited;
    }

    /** Written for each wait that reaches the threshold, from its begin to its end. */
    @Name("dev.rockpool.AcquireWait")
    @Label("Wait for a Connection")
    @Threshold("10 ms")
    static final class Waited extends PoolFlightEvent {
        String caller;
        String priority;
        String outcome;
        int pending;
        int leased;
        long connection;
    }

    @Name("dev.rockpool.Probe")
    @Label("Probe")
    @Enabled(false)
    static final class Probed extends PoolFlightEvent {
        long connection;

        @Timespan
        long took;

        String failure;
    }

    @Name("dev.rockpool.Lease")
    @Label("Lease")
    @Description("A sample of the leases, at most about 1,000 per second")
    @Enabled(false)
    static final class Leased extends PoolFlightEvent {
        long connection;
        String caller;

        @Timespan
        long held;
    }

    @Name("dev.rockpool.Leak")
    @Label("Leak")
    static final class Leaked extends PoolFlightEvent {
        long connection;
        String holder;

        @Timespan
        long held;

        boolean reclaimed;
    }

    @Name("dev.rockpool.HealthChange")
    @Label("Health Changed")
    static final class HealthChanged extends PoolFlightEvent {
        String from;
        String to;
    }

    @Name("dev.rockpool.Exhausted")
    @Label("Exhausted")
    static final class Exhausted extends PoolFlightEvent {
        int leased;
        int pending;
    }

    @Name("dev.rockpool.ExhaustionEnd")
    @Label("Exhaustion Ended")
    static final class ExhaustionEnded extends PoolFlightEvent {
        @Timespan
        long lasted;
    }

    @Name("dev.rockpool.PoolStatistics")
    @Label("Pool Statistics")
    @Description("The numbers of a pool, once per period")
    @Period("1 s")
    static final class Statistics extends PoolFlightEvent {
        int maxSize;
        int idle;
        int leased;
        int opening;
        int pending;
        long acquired;
        long timedOut;

        @Timespan
        long oldestWait;

        @Timespan
        long exhausted;
    }
}
