/** What the pool reports about itself: numbers, health, leases. Internal: may change in any release. */
package dev.rockpool.internal.engine.report;
