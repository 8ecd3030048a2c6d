/** The cases of the benchmarks: what is done, what is measured, and where the figures do not hold. */
package dev.rockpool.examples.bench.cases;
