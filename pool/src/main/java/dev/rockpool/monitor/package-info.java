/** Watches a pool: figures of any range of time, alerts, and their notices. Nothing here runs unless it is started. */
package dev.rockpool.monitor;
