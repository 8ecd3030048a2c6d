package dev.rockpool.jdbc

import dev.rockpool.ForJava
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/** What creating a pool does to open its first connection; see [JdbcSettings.startup]. */
public sealed interface Startup {
    /** Creating a pool does not wait. It connects in the background, even while the database is down. */
    public object Background : Startup {
        override fun toString(): String = "background"
    }

    /** Nothing connects before the first caller asks for a connection; then the pool fills up to its minimum. */
    public object Lazy : Startup {
        override fun toString(): String = "lazy"
    }

    /**
     * Creating a pool connects and probes, on the thread that creates it. If the first attempt fails, creating throws
     * [dev.rockpool.ConnectFailedException] with the driver's error as its cause, and nothing is left open.
     */
    public object FailFast : Startup {
        override fun toString(): String = "fail-fast"
    }

    /**
     * Like [FailFast], but retries for this long if that can help: for a server that is starting, but not for a wrong
     * password. Then creating throws [dev.rockpool.AcquireTimeoutException] with the driver's latest error as its
     * cause.
     *
     * @property atMost a positive duration
     */
    public class WaitUpTo(@get:JvmSynthetic public val atMost: Duration) : Startup {
        /** [atMost] for Java. */
        @ForJava @JvmName("getAtMost") public fun atMostForJava(): java.time.Duration = atMost.toJavaDuration()

        override fun equals(other: Any?): Boolean = other is WaitUpTo && other.atMost == atMost

        override fun hashCode(): Int = atMost.hashCode()

        override fun toString(): String = "wait up to $atMost"
    }

    /** The same for Java. */
    public companion object {
        @JvmStatic public fun background(): Startup = Background

        @JvmStatic public fun lazily(): Startup = Lazy

        @JvmStatic public fun failFast(): Startup = FailFast

        @JvmStatic public fun waitUpTo(atMost: java.time.Duration): Startup = WaitUpTo(atMost.toKotlinDuration())
    }
}
