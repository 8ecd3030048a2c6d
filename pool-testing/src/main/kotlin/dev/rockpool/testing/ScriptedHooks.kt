package dev.rockpool.testing

import dev.rockpool.ConnectionHooks

/** Connection hooks with a [Script] each: a call can succeed, fail, hang or take time. Thread-safe. */
public class ScriptedHooks : ConnectionHooks<FakeConnection> {
    public val afterOpens: Script = Script()
    public val beforeLends: Script = Script()
    public val afterReturns: Script = Script()

    @JvmSynthetic override suspend fun afterOpen(connection: FakeConnection): Unit = afterOpens.begin().play()

    @JvmSynthetic override suspend fun beforeLend(connection: FakeConnection): Unit = beforeLends.begin().play()

    @JvmSynthetic override suspend fun afterReturn(connection: FakeConnection): Unit = afterReturns.begin().play()
}
