/** What every part of a running pool shares, and calls of user code with a bound. Internal: may change in any release. */
package dev.rockpool.internal.engine.runtime;
