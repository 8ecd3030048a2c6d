/** The program {@code drill}: puts a pool under load and writes a report. */
package dev.rockpool.examples.drill;
