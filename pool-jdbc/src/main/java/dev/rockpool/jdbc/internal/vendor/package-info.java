/** What is particular to the databases of each vendor, one table per vendor. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.vendor;
