/** What operators may do to a pool. Each operation is logged with the name of its operator. */
package dev.rockpool.dashboard.internal.operate;
