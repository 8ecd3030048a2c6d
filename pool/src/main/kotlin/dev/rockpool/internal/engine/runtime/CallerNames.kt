package dev.rockpool.internal.engine.runtime

import dev.rockpool.Caller
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job

/** The name that the holder's code gave itself; null if none. The job of a coroutine is also its scope. */
internal fun labelOf(holder: Any?): String? =
    when (holder) {
        is Thread -> Caller.of(holder)
        is Job -> (holder as? CoroutineScope)?.coroutineContext?.get(Caller)?.name
        else -> null
    }
