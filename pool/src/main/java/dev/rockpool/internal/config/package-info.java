/** Describes settings: their names, types and ranges. Knows neither the settings of a pool nor how they are used. */
package dev.rockpool.internal.config;
