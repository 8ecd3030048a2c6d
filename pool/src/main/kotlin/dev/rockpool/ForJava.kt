package dev.rockpool

/**
 * Marks a declaration for Java callers: the plain name of something that Kotlin offers in its own way, mostly with
 * [java.time.Duration] instead of [kotlin.time.Duration].
 *
 * Java can call it directly. Kotlin callers get an error that points to the Kotlin declaration, so there is no reason
 * to opt in.
 */
@RequiresOptIn("This is for Java. In Kotlin use the declaration of the same name without 'ForJava'.")
@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.CONSTRUCTOR, AnnotationTarget.FUNCTION)
public annotation class ForJava
