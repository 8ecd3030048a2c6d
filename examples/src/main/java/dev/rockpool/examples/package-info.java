/** The programs of the examples jar, and what they share. */
package dev.rockpool.examples;
