package dev.rockpool.jdbc.spring

import java.util.concurrent.ConcurrentHashMap
import org.springframework.beans.factory.ObjectFactory
import org.springframework.beans.factory.config.BeanFactoryPostProcessor
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory
import org.springframework.beans.factory.config.Scope

const val REFRESHING = "refreshing"

/** A scope like that of `@RefreshScope`: [refresh] ends its beans, and the next use creates them again. */
class Refreshing : Scope, BeanFactoryPostProcessor {
    private val beans = ConcurrentHashMap<String, Any>()
    private val ends = ConcurrentHashMap<String, Runnable>()

    fun refresh() {
        beans.clear()
        ends.keys.toList().forEach { ends.remove(it)?.run() }
    }

    override fun postProcessBeanFactory(factory: ConfigurableListableBeanFactory): Unit =
        factory.registerScope(REFRESHING, this)

    @Synchronized
    override fun get(name: String, factory: ObjectFactory<*>): Any =
        beans[name] ?: factory.getObject().also { beans[name] = it }

    override fun remove(name: String): Any? = beans.remove(name)

    override fun registerDestructionCallback(name: String, callback: Runnable) {
        ends[name] = callback
    }

    override fun resolveContextualObject(key: String): Any? = null

    override fun getConversationId(): String? = null
}
