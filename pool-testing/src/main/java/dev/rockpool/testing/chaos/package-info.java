/** Damages a PostgreSQL while a pool is under load, and judges what became of the pool's promises. */
package dev.rockpool.testing.chaos;
