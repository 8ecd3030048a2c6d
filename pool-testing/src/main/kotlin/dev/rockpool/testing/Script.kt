package dev.rockpool.testing

import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

/** The steps that successive calls of one function of a [ScriptedFactory] run. Thread-safe. */
public class Script {
    private val steps = ConcurrentLinkedQueue<Step>()
    private val played = AtomicInteger()

    /** The step of every call when no scripted step is left. */
    @Volatile public var otherwise: Step = Step.Succeed

    /** How many calls have begun. */
    public val calls: Int
        get() = played.get()

    /** Adds steps for the next calls, one for each call. */
    public fun next(vararg steps: Step): Script = apply { this.steps.addAll(steps) }

    /** Begins a call and returns its step. */
    @JvmSynthetic
    internal fun begin(): Step {
        played.incrementAndGet()
        return steps.poll() ?: otherwise
    }
}
