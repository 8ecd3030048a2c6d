/** Who may do what. Knows neither pools nor servers. */
package dev.rockpool.dashboard.internal.access;
