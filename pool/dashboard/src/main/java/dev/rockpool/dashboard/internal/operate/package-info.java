/** What operators may do to a pool. Each operation is noted with who did it. */
package dev.rockpool.dashboard.internal.operate;
