package dev.rockpool

/**
 * Who is served first when callers wait. Within one priority the order of arrival holds.
 *
 * A lower one still gets through: of every eight connections handed over while somebody of a lower priority waits too,
 * one goes down to the next lower priority that has somebody waiting, and that one passes every eighth of its own on in
 * turn. So with all three busy, of 64 connections 56 go to [HIGH], 7 to [NORMAL] and 1 to [LOW]. Newcomers may pass
 * parked threads of every priority alike for [PoolConfig.bargingWindow].
 */
public enum class Priority {
    HIGH,
    NORMAL,
    LOW,
}
