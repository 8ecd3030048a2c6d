/** Injects faults into a PostgreSQL while a pool is under load, and checks the pool's promises. */
package dev.rockpool.testing.chaos;
