/**
 * Rockpool in Spring Boot 3 and 4: creates the pool from {@code spring.datasource.*} and {@code spring.datasource.rockpool.*},
 * reports its health and metrics, and closes it with the application. Only Spring Boot loads it.
 */
package dev.rockpool.jdbc.spring;
