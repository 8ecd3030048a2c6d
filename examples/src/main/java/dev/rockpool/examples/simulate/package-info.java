/** The program {@code simulate}: runs the simulation for many seeds. */
package dev.rockpool.examples.simulate;
