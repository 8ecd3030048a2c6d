package dev.rockpool.internal.config

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull

/** How a written configuration shows a setting. */
public enum class Secrecy {
    OPEN,

    /** Secrets within the value are masked. */
    MASKED,

    /** The value is a secret: it is read but never written. */
    SECRET,
}

/** The documentation of a setting. */
public class About(
    /** One sentence. Other settings are in backticks, by their names in code. */
    public val description: String,
    /** A link into the settings page; null for none. */
    public val more: String? = null,
    /** The meaning of null, such as "never"; null if the setting must have a value. */
    public val absent: String? = null,
    /** The former name in texts; null if the setting was not renamed. */
    public val formerName: String? = null,
    public val secrecy: Secrecy = Secrecy.OPEN,
)

/**
 * One setting with all its metadata.
 *
 * @param S the mutable settings
 * @param C the validated settings
 * @property name as in code and JSON; parts of a setting are named like `backoff.initial`
 * @property default null if there is none
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
    /** Reads and writes the property of a setting. */
    internal class Access<S, C, T : Any>(
        val get: (S) -> T?,
        val set: (S, T) -> Unit,
        val clear: ((S) -> Unit)?,
        val read: (C) -> T?,
    )

    /** The name in properties files, such as `max-size`. */
    public val kebab: String = kebab(name)

    /** The former name in properties files; null if the setting was not renamed. */
    public val formerKebab: String? = about.formerName?.let(::kebab)

    /** Whether this is a part of another setting. */
    public val isPart: Boolean = '.' in name

    /** The value in the validated settings. */
    public fun of(config: C): T? = access.read(config)

    /** The problem with the value: name, value and what is allowed. Null if there is none. */
    public fun problem(settings: S): String? {
        val value = access.get(settings) ?: return null
        val broken = rules.firstOrNull { !it.holds(settings, value) } ?: return null
        val ifNull = about.absent?.let { "; null means $it" }.orEmpty()
        return "$name is ${type.show(value)} but ${broken.allowed(settings)}$ifNull"
    }

    /** Sets the value from a text. Returns what is allowed if the text is invalid, else null. */
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

    /** Sets the value from JSON, like [readText]. */
    public fun readJson(json: JsonElement, into: S): String? {
        val form = type.json ?: return "cannot be set alone"
        if (json === JsonNull && access.clear != null) {
            access.clear.invoke(into)
            return null
        }
        return try {
            // Decodes the text, because decoding the element itself throws the wrong exception for an object instead of
            // a text.
            access.set(into, Json.decodeFromString(form.serializer, json.toString()))
            null
        } catch (_: IllegalArgumentException) { // kotlinx.serialization's own exceptions are of this kind
            form.allowed + about.absent?.let { ", or null for $it" }.orEmpty()
        }
    }

    /** The value in the validated settings as JSON. */
    public fun writeJson(config: C): JsonElement = json(of(config))

    /** The default as text, as properties files write it; null if there is no text for it. */
    public fun defaultText(): String? =
        default?.let { type.text?.print?.invoke(it) }
            ?: type.text?.absent.takeIf { about.absent != null && default == null }

    /** How the value in [wanted] differs from that in [existing]; null if it does not. Secrets are not shown. */
    internal fun difference(existing: C, wanted: C): String? {
        val before = of(existing)
        val now = of(wanted)
        return when {
            before == now || type.isCode && areAlike(before, now) -> null
            about.secrecy != Secrecy.OPEN -> "$name differs"
            else -> "$name is ${shown(now)} but the existing pool has ${shown(before)}"
        }
    }

    /**
     * A program may create a new object for each call. If that has no `equals` of its own, only its class is compared.
     */
    private fun areAlike(before: T?, now: T?): Boolean =
        now != null && before?.javaClass == now.javaClass && now.hashCode() == System.identityHashCode(now)

    private fun shown(value: T?): String = if (value == null) about.absent ?: "null" else type.show(value)

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
