/** The measured pools, each configured as its documentation recommends. */
package dev.rockpool.examples.bench.peer;
