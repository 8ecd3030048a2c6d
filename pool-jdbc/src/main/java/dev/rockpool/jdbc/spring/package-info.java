/**
 * Rockpool in Spring Boot 4: the pool is created from {@code spring.datasource.*} and {@code spring.datasource.rockpool.*},
 * seen by health and metrics, and closed with the application. Loaded by Spring Boot only.
 */
package dev.rockpool.jdbc.spring;
