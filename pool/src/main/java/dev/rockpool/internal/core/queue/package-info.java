/** The queue of waiters: its order, and which waiters are shed under overload. */
package dev.rockpool.internal.core.queue;
