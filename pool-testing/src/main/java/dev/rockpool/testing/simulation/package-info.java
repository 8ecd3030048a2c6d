/** Runs a pool with a schedule, clock and faults drawn from one seed. Checks each step against a model. */
package dev.rockpool.testing.simulation;
