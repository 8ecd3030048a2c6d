/** Decides which waiter or newcomer gets which slot. */
package dev.rockpool.internal.core.lending;
