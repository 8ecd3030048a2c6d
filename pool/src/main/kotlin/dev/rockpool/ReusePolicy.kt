package dev.rockpool

import kotlinx.serialization.Serializable

/** Which of several idle connections is lent next. */
@Serializable
public enum class ReusePolicy {
    /**
     * The connection that this thread released last, if it is idle. The default: fastest, and each connection stays
     * warm.
     */
    AFFINE,

    /** The connection that was released last. */
    LIFO,

    /** The connection that has been idle longest. */
    FIFO,
}
