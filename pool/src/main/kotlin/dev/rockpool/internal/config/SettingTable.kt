package dev.rockpool.internal.config

import kotlin.reflect.KMutableProperty1
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

/**
 * The settings of one kind of pool. JSON, validation, properties files and the documentation are derived from it.
 *
 * @param S the mutable settings
 * @param C the validated settings
 */
public class SettingTable<S, C> private constructor(public val all: List<Setting<S, C, *>>) {
    private val byName = all.filter { it.type.json != null }.associateBy { it.name }
    private val byFormerName = all.filter { it.about.formerName != null }.associateBy { it.about.formerName }

    /** The names of the settings in JSON. */
    public val names: Set<String>
        get() = byName.keys

    /** Whether JSON may use this name. */
    public fun knows(name: String): Boolean = name in byName || name in byFormerName

    /** The problems, one sentence for each setting. Rules across settings are checked elsewhere. */
    public fun problems(settings: S): List<String> = all.mapNotNull { it.problem(settings) }

    /** Writes the validated settings as JSON. [protect] replaces values, for example to mask secrets. */
    public fun write(
        config: C,
        protect: (Setting<S, C, *>, JsonElement) -> JsonElement = { _, json -> json },
    ): Map<String, JsonElement> =
        byName.values
            .filter { it.about.secrecy != Secrecy.SECRET }
            .associate { it.name to protect(it, it.writeJson(config)) }

    /** Sets the values that [json] has for this table. Returns the problems. [show] formats a value for a message. */
    public fun read(
        json: JsonObject,
        into: S,
        show: (String, JsonElement) -> String = { _, value -> value.toString() },
    ): List<String> =
        json.mapNotNull { (name, value) ->
            val former = byFormerName[name]
            val setting = former ?: byName[name] ?: return@mapNotNull null
            if (former != null && former.name in json) {
                return@mapNotNull FormerNames.both(name, show(name, value), former.name)
            }
            if (former != null) FormerNames.tell(name, former.name)
            setting.readJson(value, into)?.let { "${setting.name} is ${show(setting.name, value)} but $it" }
        }

    /** How [wanted] differs from the settings of an existing pool, one sentence for each setting. */
    public fun differences(existing: C, wanted: C): List<String> =
        all.filterNot { it.isPart }.mapNotNull { it.difference(existing, wanted) }

    /** Copies every setting from [config]. */
    public fun copy(config: C, into: S): Unit = byName.values.forEach { it.copy(config, into) }

    /** Collects the rows of a table. */
    public class Rows<S, C> {
        private val all = mutableListOf<Setting<S, C, *>>()

        /** A setting that always has a value. */
        public fun <T : Any> setting(
            property: KMutableProperty1<S, T>,
            read: (C) -> T,
            type: SettingType<T>,
            default: T,
            about: About,
            vararg rules: Rule<S, T>,
        ) {
            val access = Setting.Access(property::get, property::set, null, read)
            all += Setting(property.name, type, default, about, rules.asList(), access)
        }

        /** A setting that may be null. */
        public fun <T : Any> optional(
            property: KMutableProperty1<S, T?>,
            read: (C) -> T?,
            type: SettingType<T>,
            default: T?,
            about: About,
            vararg rules: Rule<S, T>,
        ) {
            val access = Setting.Access(property::get, property::set, { property.set(it, null) }, read)
            all += Setting(property.name, type, default, about, rules.asList(), access)
        }

        /** A part of a setting that is an object; [get] is null while that object has no such part. */
        public fun <T : Any> part(
            name: String,
            get: (S) -> T?,
            set: (S, T) -> Unit,
            type: SettingType<T>,
            default: T?,
            about: About,
            vararg rules: Rule<S, T>,
        ) {
            all += Setting(name, type, default, about, rules.asList(), Setting.Access(get, set, null) { null })
        }

        internal fun table() = SettingTable(all.toList())
    }

    public companion object {
        /** The table with these [rows], in their order. */
        public fun <S, C> of(rows: Rows<S, C>.() -> Unit): SettingTable<S, C> = Rows<S, C>().apply(rows).table()
    }
}
