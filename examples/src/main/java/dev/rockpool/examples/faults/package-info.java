/** The program {@code faults}: plants known faults, and runs the tests that must catch them. */
package dev.rockpool.examples.faults;
