package dev.rockpool.internal.config

import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.serialization.KSerializer
import kotlinx.serialization.builtins.ListSerializer
import kotlinx.serialization.builtins.MapSerializer
import kotlinx.serialization.builtins.serializer

/**
 * How values of one type are written.
 *
 * @property javaName the type shown by editors of properties files
 * @property json the JSON form of a value; null if JSON has it only as part of an object
 * @property isCode whether a value is an object created by a program
 * @property text the text form of a value, as in properties files; null if there is none
 */
public class SettingType<T : Any>(
    public val javaName: String,
    public val json: JsonForm<T>? = null,
    public val text: TextForm<T>? = null,
    private val show: (T) -> String = { it.toString() },
    public val isCode: Boolean = false,
) {
    /** Formats a value for a message. */
    public fun show(value: T): String = show.invoke(value)

    public companion object {
        public val TEXT: SettingType<String> =
            SettingType(
                "java.lang.String",
                JsonForm(String.serializer(), "must be a text"),
                TextForm("must be a text", { it }, { it }),
                show = { "'${oneLine(it)}'" },
            )
        public val WHOLE: SettingType<Int> =
            SettingType(
                "java.lang.Integer",
                JsonForm(Int.serializer(), "must be a whole number"),
                TextForm("must be a whole number", String::toIntOrNull),
            )
        public val DECIMAL: SettingType<Double> =
            SettingType("java.lang.Double", text = TextForm("must be a number", String::toDoubleOrNull))
        public val FLAG: SettingType<Boolean> =
            SettingType(
                "java.lang.Boolean",
                JsonForm(Boolean.serializer(), "must be true or false"),
                TextForm("must be true or false", { it.lowercase().toBooleanStrictOrNull() }),
            )
        private val timeText: TextForm<Duration> =
            TextForm(
                "must be a duration such as 500ms, 5s or PT5S",
                { DurationText.parse(it)?.toKotlinDuration() },
                { DurationText.print(it.toJavaDuration()) },
                absent = "never",
            )
        public val TIME: SettingType<Duration> =
            SettingType(
                "java.time.Duration",
                JsonForm(Duration.serializer(), "must be an ISO-8601 duration such as \"PT1.5S\""),
                timeText,
            )

        /** A duration that is part of a setting which is one object in JSON. */
        public val TIME_PART: SettingType<Duration> = SettingType("java.time.Duration", text = timeText)

        /** A duration that is only validated. */
        public val TIME_CHECKED: SettingType<Duration> = SettingType("java.time.Duration")

        public val TEXTS: SettingType<List<String>> =
            SettingType(
                "java.util.List<java.lang.String>",
                JsonForm(ListSerializer(String.serializer()), "must be a list of texts"),
            )
        public val TEXT_MAP: SettingType<Map<String, String>> =
            SettingType(
                "java.util.Map<java.lang.String,java.lang.String>",
                JsonForm(MapSerializer(String.serializer(), String.serializer()), "must be an object of texts"),
            )

        /** A constant of an enum. Texts may use lower case. */
        public inline fun <reified E : Enum<E>> choice(json: KSerializer<E>): SettingType<E> {
            val constants = enumValues<E>()
            val allowed = "must be one of " + constants.joinToString(", ") { it.name }
            return SettingType(
                E::class.java.name,
                JsonForm(json, allowed),
                TextForm(allowed, { text -> constants.find { it.name.equals(text, ignoreCase = true) } }, ::lower),
            )
        }

        @PublishedApi internal fun lower(constant: Enum<*>): String = constant.name.lowercase()

        /** An object created by a program. JSON shows its class but cannot set it. */
        public fun <T : Any> code(type: String): SettingType<T> =
            SettingType(
                type,
                JsonForm(ClassNameJson(), "can be set in code only"),
                show = { it.javaClass.name },
                isCode = true,
            )
    }
}

/** The JSON form of a value. [allowed] ends a message that begins with name and value. */
public class JsonForm<T : Any>(public val serializer: KSerializer<T>, public val allowed: String)

/**
 * The text form of a value.
 *
 * @property allowed ends a message that begins with the name and the value
 * @property parse returns the value of a text, or null if it is invalid
 * @property print returns the text of a value
 * @property absent the text for null, if the setting may be null; null if there is none
 * @property suggestions what editors suggest besides [absent]; other texts may be valid too
 */
public class TextForm<T : Any>(
    public val allowed: String,
    public val parse: (String) -> T?,
    public val print: (T) -> String = { it.toString() },
    public val absent: String? = null,
    public val suggestions: List<String> = emptyList(),
)
