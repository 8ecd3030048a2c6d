package dev.rockpool.internal.config

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull

/** What a written configuration shows of a setting. */
public enum class Secrecy {
    OPEN,

    /** Secrets within the value are masked. */
    MASKED,

    /** The value is a secret: it is read, and never written. */
    SECRET,
}

/** What the table says of a setting beside its type. */
public class About(
    /** One sentence. Other settings are in backticks, by the names they have in code. */
    public val description: String,
    /** Where the settings page says more, as a link; null for nowhere. */
    public val more: String? = null,
    /** What null means, such as "never"; null when there must be a value. */
    public val absent: String? = null,
    /** What texts called the setting before; null when it always had its name. */
    public val formerName: String? = null,
    public val secrecy: Secrecy = Secrecy.OPEN,
)

/**
 * One setting: everything that is known of it.
 *
 * @param S where it is set
 * @param C the checked settings
 * @property name as in code and in JSON; a part of a setting is named as `backoff.initial`
 * @property default null when it has none
 */
public class Setting<S, C, T : Any>
internal constructor(
    public val name: String,
    public val type: SettingType<T>,
    public val default: T?,
    public val about: About,
    private val rules: List<Rule<S, T>>,
    internal val access: Access<S, C, T>,
) {
    /** How a setting is reached. */
    internal class Access<S, C, T : Any>(
        val get: (S) -> T?,
        val set: (S, T) -> Unit,
        val clear: ((S) -> Unit)?,
        val read: (C) -> T?,
    )

    /** As properties files write it, such as `max-size`. */
    public val kebab: String = kebab(name)

    /** What properties files called it before; null when it always had its name. */
    public val formerKebab: String? = about.formerName?.let(::kebab)

    /** Whether this is a part of another setting. */
    public val isPart: Boolean = '.' in name

    /** The value in the checked settings. */
    public fun of(config: C): T? = access.read(config)

    /** What is wrong with the value: name, value, and what is allowed. Null when nothing is. */
    public fun problem(settings: S): String? {
        val value = access.get(settings) ?: return null
        val broken = rules.firstOrNull { !it.holds(settings, value) } ?: return null
        val ifNull = about.absent?.let { "; null means $it" }.orEmpty()
        return "$name is ${type.show(value)} but ${broken.allowed(settings)}$ifNull"
    }

    /** Sets it from a text. Returns what is allowed instead when the text has no such value, and null otherwise. */
    public fun readText(text: String, into: S): String? {
        val form = type.text ?: return "cannot be set by one text"
        val trimmed = text.trim()
        val absent = form.absent?.takeIf { access.clear != null }
        if (absent != null && trimmed.equals(absent, ignoreCase = true)) {
            access.clear?.invoke(into)
            return null
        }
        val value = form.parse(trimmed) ?: return form.allowed + absent?.let { ", or '$it'" }.orEmpty()
        access.set(into, value)
        return null
    }

    /** As [readText], from JSON. */
    public fun readJson(json: JsonElement, into: S): String? {
        val form = type.json ?: return "cannot be set alone"
        if (json === JsonNull && access.clear != null) {
            access.clear.invoke(into)
            return null
        }
        return try {
            // From its text: decoding the element itself throws what it should not for an object in place of a text.
            access.set(into, Json.decodeFromString(form.serializer, json.toString()))
            null
        } catch (_: IllegalArgumentException) { // kotlinx.serialization's own exceptions are of this kind
            form.allowed + about.absent?.let { ", or null for $it" }.orEmpty()
        }
    }

    /** The value in the checked settings as JSON. */
    public fun writeJson(config: C): JsonElement = json(of(config))

    /** The default as one text, as properties files write it; null when no text says it. */
    public fun defaultText(): String? =
        default?.let { type.text?.print?.invoke(it) }
            ?: type.text?.absent.takeIf { about.absent != null && default == null }

    internal fun copy(config: C, into: S) {
        val value = of(config)
        if (value != null) access.set(into, value) else access.clear?.invoke(into)
    }

    private fun json(value: T?): JsonElement {
        val form = type.json
        return if (value == null || form == null) JsonNull else Json.encodeToJsonElement(form.serializer, value)
    }

    private companion object {
        fun kebab(name: String): String = name.replace(Regex("[A-Z]")) { "-" + it.value.lowercase() }
    }
}
