package dev.rockpool.jdbc.internal.connect

import java.sql.Driver
import java.sql.DriverManager
import java.sql.SQLException

/** Finds the driver for a URL. */
internal object Drivers {
    /** @throws SQLException if there is none */
    fun find(url: String, className: String?): Driver =
        if (className == null) DriverManager.getDriver(url) else create(className)

    private fun create(className: String): Driver =
        try {
            load(className).getDeclaredConstructor().newInstance() as Driver
        } catch (e: ReflectiveOperationException) {
            throw SQLException("cannot be created: $e", e)
        } catch (e: LinkageError) {
            throw SQLException("cannot be loaded: $e", e)
        } catch (e: ClassCastException) {
            throw SQLException("is no java.sql.Driver", e)
        }

    private fun load(className: String): Class<*> =
        try {
            Class.forName(className, true, Thread.currentThread().contextClassLoader)
        } catch (_: ClassNotFoundException) {
            Class.forName(className)
        }
}
