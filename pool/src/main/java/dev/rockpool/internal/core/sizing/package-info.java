/** Decides how large a pool should be, from what it did at several sizes. */
package dev.rockpool.internal.core.sizing;
