package dev.rockpool.internal.core.lending;

/**
 * The use of a quota at one moment.
 *
 * @param max how many connections its callers may have
 * @param reserved how many places no other caller may take
 * @param leased how many connections its callers have
 * @param waiting how many of its callers wait
 * @param reservedForOthers how many unused places are reserved for other callers
 * @param limits whether the quota keeps these callers from having one more connection
 */
public record QuotaCount(int max, int reserved, int leased, int waiting, int reservedForOthers, boolean limits) {}
