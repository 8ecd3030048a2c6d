/** Runs a pool on a schedule, clock and faults drawn from one seed, and checks each step against a model. */
package dev.rockpool.testing.simulation;
