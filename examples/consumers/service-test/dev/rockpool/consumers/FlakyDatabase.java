package dev.rockpool.consumers;

import java.sql.SQLException;
import org.h2.tools.Server;

/** An H2 server that can go away and come back on the same port. Its data lasts until it goes away. */
public final class FlakyDatabase implements AutoCloseable {
    private Server server;

    /** Starts a server on a free port. */
    public FlakyDatabase() throws SQLException {
        server = start(0);
    }

    /** The JDBC URL of an in-memory database on this server. */
    public String url() {
        return "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:orders;DB_CLOSE_DELAY=-1";
    }

    /** Closes the server and all its sessions. */
    public void goAway() {
        server.stop();
    }

    /** Starts the server again, with an empty database. */
    public void comeBack() throws SQLException {
        server = start(server.getPort());
    }

    private static Server start(int port) throws SQLException {
        return Server.createTcpServer("-tcpPort", String.valueOf(port), "-ifNotExists")
                .start();
    }

    @Override
    public void close() {
        server.stop();
    }
}
