package dev.rockpool.internal.base

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.lang.ref.WeakReference
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.function.Consumer

/** The threads are shared by applications with class loaders of their own, which come and go. */
class SharedThreadTest :
    FunSpec({
        test("a thread keeps no classes of the application that needed it first") {
            val end = CountDownLatch(1)
            try {
                val application = startNewThread(end)
                application shouldNotBe null
                val limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30)
                while (application?.get() != null && System.nanoTime() < limit) {
                    System.gc()
                    TimeUnit.MILLISECONDS.sleep(50) // until the collector has cleared the reference
                }
                application?.get() shouldBe null
            } finally {
                end.countDown()
            }
        }
    })

/** An application needs threads until one is new. They last until the end. Null if none was new. */
private fun startNewThread(end: CountDownLatch): WeakReference<ClassLoader>? {
    val loader = ApplicationLoader()
    val application = loader.start()
    val before = Thread.getAllStackTraces().keys
    repeat(1_000) {
        val ran = CompletableFuture<Thread>()
        application.accept {
            ran.complete(Thread.currentThread())
            end.await()
        }
        if (ran.get(30, TimeUnit.SECONDS) !in before) return WeakReference(loader)
    }
    return null
}

/** What an application calls. */
class ThreadUser : Consumer<Runnable> {
    override fun accept(task: Runnable) = PoolThreads.execute(task)
}

/** Has a [ThreadUser] of its own. */
private class ApplicationLoader : ClassLoader(ApplicationLoader::class.java.classLoader) {
    @Suppress("UNCHECKED_CAST")
    fun start(): Consumer<Runnable> {
        val bytes = ThreadUser::class.java.getResourceAsStream("ThreadUser.class")!!.use { it.readBytes() }
        val own = defineClass(ThreadUser::class.java.name, bytes, 0, bytes.size)
        return own.getDeclaredConstructor().newInstance() as Consumer<Runnable>
    }
}
