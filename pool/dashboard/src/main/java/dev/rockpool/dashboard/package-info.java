/** A page that shows what pools do: its server, its settings, and a handler that any server can mount. */
package dev.rockpool.dashboard;
