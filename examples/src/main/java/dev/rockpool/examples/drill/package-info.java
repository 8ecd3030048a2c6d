/** The program {@code drill}: loads a pool and writes a report. */
package dev.rockpool.examples.drill;
