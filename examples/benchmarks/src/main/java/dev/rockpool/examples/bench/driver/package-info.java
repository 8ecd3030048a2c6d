/** A driver that does nothing, so that only the pool is measured. */
package dev.rockpool.examples.bench.driver;
