/** The program that compares pools, each in its own JVMs. */
package dev.rockpool.examples.bench;
