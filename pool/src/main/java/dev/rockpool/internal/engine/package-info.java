/** The engine: suspends, parks, and calls factories, as the core decides. Internal: may change in any release. */
package dev.rockpool.internal.engine;
