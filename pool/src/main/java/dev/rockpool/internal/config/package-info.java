/** Describes settings: their names, types and ranges. Depends neither on the settings of a pool nor on their use. */
package dev.rockpool.internal.config;
