package dev.rockpool.internal.config

/** The text with its control characters escaped, so that a message stays one line. */
public fun oneLine(text: String): String =
    if (text.none(Char::isISOControl)) text else text.map(::escaped).joinToString("")

private fun escaped(char: Char): String = if (char.isISOControl()) "\\u%04x".format(char.code) else "$char"
