module shop {
    requires java.sql;
    requires dev.rockpool;
    requires dev.rockpool.jdbc;
}
