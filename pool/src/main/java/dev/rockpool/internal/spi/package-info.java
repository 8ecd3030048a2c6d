/** What other modules of Rockpool may use of the pool's internals. Internal: may change in any release. */
package dev.rockpool.internal.spi;
