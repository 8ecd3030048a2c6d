package dev.rockpool.testing

import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

/** What one function of a [ScriptedFactory] does, call by call. Thread-safe. */
public class Script {
    private val steps = ConcurrentLinkedQueue<Step>()
    private val played = AtomicInteger()

    /** What calls do when no step is left. */
    @Volatile public var otherwise: Step = Step.Succeed

    /** How many calls began. */
    public val calls: Int
        get() = played.get()

    /** The next calls do these, one each. */
    public fun next(vararg steps: Step): Script = apply { this.steps.addAll(steps) }

    /** Begins a call: what it is to do. */
    @JvmSynthetic
    internal fun begin(): Step {
        played.incrementAndGet()
        return steps.poll() ?: otherwise
    }
}
