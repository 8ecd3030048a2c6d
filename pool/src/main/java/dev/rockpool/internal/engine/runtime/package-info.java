/** What all parts of a running pool share, and bounded calls of user code. Internal: may change in any release. */
package dev.rockpool.internal.engine.runtime;
