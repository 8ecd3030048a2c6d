package dev.rockpool.internal.base

import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

/** This duration in nanoseconds. Null means never and becomes `Long.MAX_VALUE`. */
public fun Duration?.orNever(): Long = this?.inWholeNanoseconds ?: Long.MAX_VALUE

/** The reverse of [orNever]. */
public fun Long.orNull(): Duration? = if (this == Long.MAX_VALUE) null else nanoseconds
