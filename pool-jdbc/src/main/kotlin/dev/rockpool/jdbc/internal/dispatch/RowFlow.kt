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
 * A flow of what a block emits while it has a connection.
 *
 * A flow may only emit where it is collected. So where the collector is on a thread that may block, the block runs in
 * place, and shows no context element that its collector does not have. Elsewhere the block travels to the connection,
 * as every block does, and each value comes back through a channel without a buffer.
 *
 * Attacked by `RowFlowLaws`.
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
