package dev.rockpool

import kotlinx.serialization.Serializable

/** Which of several idle connections is lent next. */
@Serializable
public enum class ReusePolicy {
    /** The one that this thread released last, if it is free. The default: fastest, and each connection stays warm. */
    AFFINE,

    /** The one that was released last. */
    LIFO,

    /** The one that has been idle longest. */
    FIFO,
}
