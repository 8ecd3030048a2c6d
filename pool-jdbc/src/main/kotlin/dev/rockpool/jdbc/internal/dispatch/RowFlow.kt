package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.Priority
import java.sql.Connection
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow as coldFlow

/**
 * A flow of the values that a block emits while it has a connection.
 *
 * A flow may only emit in its collector's context. So if the collector is on a thread that may block, the block runs in
 * place, without visible context elements that its collector does not have. Otherwise the block is dispatched to the
 * connection like every block, and each value returns through a channel without a buffer.
 *
 * Tested by `RowFlowLaws`.
 */
internal fun <T> SuspendingLeases.rowFlow(
    timeout: Duration?,
    priority: Priority,
    block: suspend FlowCollector<T>.(Connection) -> Unit,
): Flow<T> = coldFlow {
    if (mayBlockHere(currentCoroutineContext()[ContinuationInterceptor])) {
        withConnection(timeout, priority) { connection -> block(connection) }
    } else {
        val values =
            channelFlow<T> {
                val channel = FlowCollector<T> { send(it) }
                withConnection(timeout, priority) { connection -> channel.block(connection) }
            }
        emitAll(values.buffer(Channel.RENDEZVOUS))
    }
}
