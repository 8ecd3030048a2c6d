/** Whether the server can be reached, and when to connect again. */
package dev.rockpool.internal.core.connectivity;
