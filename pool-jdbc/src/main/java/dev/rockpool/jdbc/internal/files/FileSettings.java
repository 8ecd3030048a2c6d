package dev.rockpool.jdbc.internal.files;

import java.util.Map;

/**
 * What a file says.
 *
 * @param pools by name, in the order of the file
 * @param total the total of the budget; null if there is none
 */
public record FileSettings(Map<String, FilePool> pools, Integer total) {}
