package dev.rockpool.testing.simulation

import kotlin.system.exitProcess

/** `SimulateSeeds FIRST COUNT THREADS`: prints the result on one line, with exit code 1 if a law is broken. */
public fun main(args: Array<String>) {
    val (first, count, threads) = args.map { it.toLong() }
    val simulations = Simulations(first, count, threads.toInt())
    val began = System.nanoTime()
    try {
        simulations.run()
        val millis = (System.nanoTime() - began) / 1_000_000
        println("$count seeds, ${simulations.stepsTaken} steps, $millis ms")
    } catch (e: SimulationFailure) {
        println(e.message)
        exitProcess(1)
    }
}
