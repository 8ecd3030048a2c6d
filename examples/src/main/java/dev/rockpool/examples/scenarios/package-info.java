/** Pools for typical applications, as docs/scenarios.md recommends them. */
package dev.rockpool.examples.scenarios;
