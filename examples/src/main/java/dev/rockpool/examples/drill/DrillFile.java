package dev.rockpool.examples.drill;

import dev.rockpool.PoolConfig;
import dev.rockpool.examples.ProgramFailure;
import dev.rockpool.jdbc.InvalidPoolsFileException;
import dev.rockpool.jdbc.PoolsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The configuration file of a drill. Its pool {@code drill} gets the server's address by references. */
final class DrillFile {
    private static final PoolAddress ANY = new PoolAddress("jdbc:postgresql://localhost/drill", "drill", "drill");

    private DrillFile() {}

    /** The settings of the pool, with another address. */
    static PoolConfig pool(Path file) {
        PoolsFile pools = load(file, ANY);
        if (pools.names().contains(DrillPool.NAME))
            return pools.config(DrillPool.NAME).getPool();
        throw new ProgramFailure("--config is %s but must have a pool '%s'".formatted(file, DrillPool.NAME), null);
    }

    static PoolsFile load(Path file, PoolAddress address) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("DRILL_URL", address.url());
        if (address.user() != null) environment.put("DRILL_USER", address.user());
        if (address.password() != null) environment.put("DRILL_PASSWORD", address.password());
        try {
            return PoolsFile.load(file, environment, Map.of());
        } catch (InvalidPoolsFileException e) {
            throw new ProgramFailure("--config cannot be used: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ProgramFailure("--config is %s but cannot be read".formatted(file), e);
        }
    }
}
