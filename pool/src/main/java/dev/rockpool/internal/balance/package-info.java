/** Balanced pools: choose a member for each call, and wait in all of them. Internal: may change in any release. */
package dev.rockpool.internal.balance;
