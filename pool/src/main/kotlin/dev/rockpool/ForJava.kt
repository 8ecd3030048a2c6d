package dev.rockpool

/**
 * Marks what only Java callers need: the plain name of something that Kotlin offers in its own way, most often a
 * [java.time.Duration] in place of a [kotlin.time.Duration].
 *
 * Java calls it without further ado. Kotlin callers get an error that points to the Kotlin declaration; there is no
 * reason to opt in.
 */
@RequiresOptIn("This is for Java. In Kotlin use the declaration of the same name without 'ForJava'.")
@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.CONSTRUCTOR, AnnotationTarget.FUNCTION)
public annotation class ForJava
