package dev.rockpool.jdbc.spring;

import java.util.Map;

/** What a health indicator says: the same for every version of Spring Boot. */
record Answer(boolean isUp, Map<String, Object> details) {}
