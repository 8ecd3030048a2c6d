/** What the other modules of Rockpool see of the pool's inside. Internal: may change in any release. */
package dev.rockpool.internal.spi;
