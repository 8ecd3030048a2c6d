/** JSON in and out. */
package dev.rockpool.dashboard.internal.json;
