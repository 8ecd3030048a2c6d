package shop;

import java.sql.SQLException;
import org.h2.tools.Server;

/** A server that can go away and come back on the same port. */
final class Database implements AutoCloseable {
    private Server server;

    Database() throws SQLException {
        server = start(0);
    }

    String url() {
        return "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:shop;DB_CLOSE_DELAY=-1";
    }

    /** Ends all sessions; new ones are refused. */
    void goAway() {
        server.stop();
    }

    void comeBack() throws SQLException {
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
