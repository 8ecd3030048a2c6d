package dev.rockpool.internal.engine.report

import dev.rockpool.ConnectionInfo
import dev.rockpool.ConnectionState
import dev.rockpool.ConnectionStatus
import dev.rockpool.ProbeResult
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Slot
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

/** Whether the slot is idle. */
internal val Slot<*>.isIdle: Boolean
    get() = phase() == Phase.IDLE

/** Describes a slot; null if it is vacant. Read without a lock, so the parts may be from different moments. */
internal fun Slot<*>.info(now: Long): ConnectionInfo? {
    val state = stateOf(phase()) ?: return null
    val opening = state == ConnectionState.OPENING
    val closing = state == ConnectionState.CLOSING
    return ConnectionInfo(
        number = if (opening) 0 else number(),
        state = state,
        status =
            when {
                closing && reason().startsWith(DEAD) -> ConnectionStatus.UNHEALTHY
                isStale && !isKept || closing -> ConnectionStatus.SUSPECT
                else -> ConnectionStatus.TRUSTED
            },
        age = if (opening) Duration.ZERO else (now - openedAt()).nanoseconds,
        inState = (now - seenAt()).coerceAtLeast(0).nanoseconds,
        leases = leases(),
        isRetired = isRetired,
        holder = if (state == ConnectionState.LEASED) holder(ticket())?.let(HeldLease::nameOf) else null,
        lastProbe = if (opening) null else lastProbe(now),
        reason = if (closing) reason() else null,
    )
}

private fun Slot<*>.lastProbe(now: Long): ProbeResult? =
    if (probeTook() < 0) null else ProbeResult(true, probeTook().nanoseconds, null, (now - aliveAt()).nanoseconds)

private fun stateOf(phase: Phase): ConnectionState? =
    when (phase) {
        Phase.VACANT -> null
        Phase.OPENING -> ConnectionState.OPENING
        Phase.IDLE -> ConnectionState.IDLE
        Phase.LEASED -> ConnectionState.LEASED
        Phase.PROBING -> ConnectionState.PROBING
        Phase.CLOSING -> ConnectionState.CLOSING
    }

/** The prefix of close reasons that show a dead connection. */
internal const val DEAD: String = "found dead"
