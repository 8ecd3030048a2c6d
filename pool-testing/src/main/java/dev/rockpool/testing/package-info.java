/** Fixtures for tests of pools: virtual time, scripted factories, a fault proxy, and databases that can fail. */
package dev.rockpool.testing;
