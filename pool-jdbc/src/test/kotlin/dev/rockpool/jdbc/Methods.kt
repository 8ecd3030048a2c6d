package dev.rockpool.jdbc

import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.lang.reflect.Modifier

/** Every instance method of a JDBC interface, inherited ones too. */
fun everyMethodOf(type: Class<*>): List<Method> = type.methods.filter { !Modifier.isStatic(it.modifiers) }

/** Calls it with default arguments. */
fun Method.call(on: Any): Any? =
    try {
        invoke(on, *argumentsOf(this))
    } catch (e: InvocationTargetException) {
        throw e.targetException
    }

/** The default arguments. */
fun argumentsOf(method: Method): Array<Any?> = method.parameterTypes.map(::nothing).toTypedArray()

/** The default value. */
fun nothing(type: Class<*>): Any? =
    when (type) {
        Boolean::class.javaPrimitiveType -> false
        Int::class.javaPrimitiveType -> 0
        Long::class.javaPrimitiveType -> 0L
        Short::class.javaPrimitiveType -> 0.toShort()
        Byte::class.javaPrimitiveType -> 0.toByte()
        Float::class.javaPrimitiveType -> 0f
        Double::class.javaPrimitiveType -> 0.0
        else -> null
    }
