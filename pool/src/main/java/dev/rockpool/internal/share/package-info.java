/** Shared leases: streams of the connections of another pool. Internal: may change in any release. */
package dev.rockpool.internal.share;
