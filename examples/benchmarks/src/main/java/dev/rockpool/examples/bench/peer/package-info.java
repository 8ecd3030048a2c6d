/** The pools that are measured, each set up as its documentation recommends. */
package dev.rockpool.examples.bench.peer;
