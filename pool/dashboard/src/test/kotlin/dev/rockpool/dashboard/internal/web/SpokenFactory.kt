package dev.rockpool.dashboard.internal.web

import dev.rockpool.ConnectionFactory
import dev.rockpool.internal.base.ActiveFactory
import dev.rockpool.testing.FakeConnection
import java.util.concurrent.atomic.AtomicInteger

/** A factory whose leased connections all seem to run one statement, and whose connects can fail. */
class SpokenFactory : ConnectionFactory<FakeConnection>, ActiveFactory<FakeConnection> {
    private val number = AtomicInteger()

    @Volatile var statement: String? = null

    @Volatile var failure: RuntimeException? = null

    override suspend fun open(): FakeConnection {
        failure?.let { throw it }
        return FakeConnection(number.incrementAndGet())
    }

    override suspend fun close(connection: FakeConnection) = Unit

    override fun callUnderWay(connection: FakeConnection): Long = if (statement == null) 0 else 1

    override fun activity(connection: FakeConnection): ActiveFactory.Activity = ActiveFactory.Activity(statement, null)
}
