/** Log, threads and time, for every layer above and for modules that build on the pool. Depends on no other layer. Internal: may change in any release. */
package dev.rockpool.internal.base;
