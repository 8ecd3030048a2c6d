/** The facts about each vendor's databases, one table per vendor. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.vendor;
