/** Shards: find the pool of a key, and move buckets while callers wait. Internal: may change in any release. */
package dev.rockpool.internal.shard;
