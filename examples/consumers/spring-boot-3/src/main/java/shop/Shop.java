package shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A service of Spring Boot 3 on Rockpool. Only the properties name the pool. */
@SpringBootApplication
public class Shop {
    public static void main(String[] arguments) {
        SpringApplication.run(Shop.class, arguments);
    }

    @RestController
    static class Orders {
        private final JdbcTemplate jdbc;

        Orders(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @GetMapping("/orders")
        String orders() {
            return "orders: " + jdbc.queryForObject("select 1", Integer.class);
        }

        /** Whether the thread of a request is virtual; false before Java 21. */
        @GetMapping("/thread")
        String thread() {
            return Thread.currentThread().toString();
        }
    }
}
