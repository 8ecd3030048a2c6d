package dev.rockpool.jdbc.spring;

/** What {@code JdbcConnectionDetails} asks for, in Spring Boot 3 and 4. */
class LoginDetails {
    private final Login login;

    LoginDetails(Login login) {
        this.login = login;
    }

    public String getJdbcUrl() {
        return login.url();
    }

    public String getUsername() {
        return login.username();
    }

    public String getPassword() {
        return login.password();
    }

    public String getDriverClassName() {
        return login.driverClassName();
    }

    @Override
    public String toString() {
        return "JDBC connection details of spring.datasource";
    }
}
