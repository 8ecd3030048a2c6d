/** Reads configuration files into the settings of pools. Internal: may change in any release. */
package dev.rockpool.jdbc.internal.files;
