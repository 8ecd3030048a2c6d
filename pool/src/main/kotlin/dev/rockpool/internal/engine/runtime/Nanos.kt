package dev.rockpool.internal.engine.runtime

import kotlin.time.Duration

/** In nanoseconds; `Long.MAX_VALUE` for null, which means never. */
public fun Duration?.orNever(): Long = this?.inWholeNanoseconds ?: Long.MAX_VALUE
