package dev.rockpool.internal.base

import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

/** In nanoseconds; `Long.MAX_VALUE` for null, which means never. */
public fun Duration?.orNever(): Long = this?.inWholeNanoseconds ?: Long.MAX_VALUE

/** The reverse of [orNever]. */
public fun Long.orNull(): Duration? = if (this == Long.MAX_VALUE) null else nanoseconds
