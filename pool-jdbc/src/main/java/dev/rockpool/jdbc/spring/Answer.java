package dev.rockpool.jdbc.spring;

import java.util.Map;

/** The result of a health indicator, the same for every version of Spring Boot. */
record Answer(boolean isUp, Map<String, Object> details) {}
