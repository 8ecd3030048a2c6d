package dev.rockpool.internal.config

import kotlin.reflect.KMutableProperty1
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

/**
 * The settings of one kind of pool. JSON, the checks, properties files and the documents come from it.
 *
 * @param S where settings are set
 * @param C the checked settings
 */
public class SettingTable<S, C> private constructor(public val all: List<Setting<S, C, *>>) {
    private val byName = all.filter { it.type.json != null }.associateBy { it.name }
    private val byFormerName = all.filter { it.about.formerName != null }.associateBy { it.about.formerName }

    /** The names that JSON has for them. */
    public val names: Set<String>
        get() = byName.keys

    /** Whether JSON can have this name. */
    public fun knows(name: String): Boolean = name in byName || name in byFormerName

    /** What is wrong, one sentence for each setting. Rules for several settings are elsewhere. */
    public fun problems(settings: S): List<String> = all.mapNotNull { it.problem(settings) }

    /** The checked settings as JSON. What [protect] makes of a value is written. */
    public fun write(
        config: C,
        protect: (Setting<S, C, *>, JsonElement) -> JsonElement = { _, json -> json },
    ): Map<String, JsonElement> =
        byName.values
            .filter { it.about.secrecy != Secrecy.SECRET }
            .associate { it.name to protect(it, it.writeJson(config)) }

    /** Sets what [json] gives, as far as it is in this table. Returns what is wrong; [show] is a value in a message. */
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

    /** Sets everything as [config] has it. */
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
